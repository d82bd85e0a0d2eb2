import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { endOf, idsOf, lawTests, type MakeBackend, refusal, type Stage } from "../stage.ts";

export function trustLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a project that names who may ask refuses all others, live or asleep", async (stage) => {
    const { join, leave, ask } = stage;
    const [frontend, mobile] = [await join("frontend"), await join("mobile")];
    const backend = await join("backend", { accept: ["mobile", "web"] });
    const refused = await refusal(ask(frontend, backend), "not_accepted");
    assert.deepEqual([refused.to, refused.asker, refused.accept], ["backend", "frontend", ["mobile", "web"]]);
    await ask(mobile, backend);
    await leave(backend);
    await refusal(ask(frontend, backend), "not_accepted");
    await ask(mobile, backend, "for later");
  });

  law("a project that accepts nobody is asked by nobody", async ({ join, ask }) => {
    await join("backend", { accept: [] });
    assert.deepEqual((await refusal(ask(await join("frontend"), "backend"), "not_accepted")).accept, []);
  });

  law("the star passes over those that do not accept the asker", async ({ join, askAll }) => {
    const [frontend, open] = [await join("frontend"), await join("open")];
    const friend = await join("friend", { accept: ["frontend"] });
    await join("closed", { accept: ["mobile"] });
    const asked = (await askAll(frontend, "*")).map(({ recipient }) => recipient.id);
    assert.deepEqual(asked.sort(), [open.id, friend.id].sort());
  });

  law("the star that all pass over is refused", async ({ join, askAll }) => {
    const frontend = await join("frontend");
    await join("closed", { accept: [] });
    await refusal(askAll(frontend, "*"), "nobody_live");
  });

  law("each join brings the list of that moment", async ({ join, ask }) => {
    const frontend = await join("frontend");
    await join("backend", { host: "client", accept: ["mobile"] });
    await refusal(ask(frontend, "backend"), "not_accepted");
    await join("backend", { host: "client" });
    await ask(frontend, "backend");
  });

  law(
    "who may not ask may still answer and read what it asked before",
    async ({ join, ask, reply, show, store, clock }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend", { host: "client" })];
      const id = await ask(frontend, backend);
      await store.stopWaiting(endOf(frontend, [id], clock.now));
      await join("backend", { host: "client", accept: [] });
      await reply(backend, id);
      assert.deepEqual(idsOf((await show(frontend)).replies), [id]);
    },
  );

  /** The permission modes of asker and recipient, and whether the question says that nobody is asked. */
  const modes = [
    ["default", "bypassPermissions", true],
    ["plan", "bypassPermissions", true],
    [undefined, "bypassPermissions", true],
    ["bypassPermissions", "bypassPermissions", false],
    ["default", "default", false],
    ["default", "acceptEdits", false],
    ["default", undefined, false],
    ["bypassPermissions", "default", false],
    [undefined, undefined, false],
  ] as const;
  for (const [asker, recipient, unguarded] of modes) {
    const pair = `asked in ${asker ?? "an unknown mode"}, shown in ${recipient ?? "an unknown mode"}`;
    law(`${pair}, a question is ${unguarded ? "" : "not "}marked as unguarded`, async (stage) => {
      const { join, ask, wait, take } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      await setMode(stage, frontend, asker);
      await setMode(stage, backend, recipient);
      await ask(frontend, backend, "by a hook");
      assert.equal((await take(backend)).questions[0]?.unguarded, unguarded);
      const own = await ask(backend, await join("mobile"));
      await ask(frontend, backend, "by an interrupted wait");
      const ended = await wait(backend, [own]);
      assert.equal(ended.kind === "interrupted" && ended.questions[0]?.unguarded, unguarded);
    });
  }
}

async function setMode({ store, clock }: Stage, { id }: Peer, mode: string | undefined): Promise<void> {
  await store.touch({ peer: id, permissionMode: mode, now: clock.now });
}
