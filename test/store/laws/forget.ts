import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { DAY, endOf, idsOf, lawTests, type MakeBackend, SECOND, type Stage } from "../stage.ts";

/** What a person may clear away: what is finished, and who has nothing to do with what is left. */
export function forgetLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "forgets what was closed by then, says before how much that is, and keeps what is open",
    async (stage) => {
      const { store, clock, join, ask, reply } = stage;
      const [a, b] = [await join("a"), await join("b")];
      const old = await ask(a, b, "old");
      const open = await ask(a, b, "open");
      await reply(b, old);
      await read(stage, a, old);
      const before = clock.now;
      clock.now += SECOND;
      const young = await ask(a, b, "young");
      await reply(b, young);
      assert.deepEqual(await store.forgettable(before), { questions: 1, peers: 0 });
      assert.deepEqual(await store.forget(before, "read"), { questions: 1, peers: 0 });
      assert.deepEqual(await store.forget(before, "read"), { questions: 0, peers: 0 });
      assert.deepEqual(idsOf(await store.history({ limit: 10, now: clock.now })), [young, open]);
    },
  );

  law("forgets an address that nobody holds and that has no mail left; no other", async (stage) => {
    const { store, clock, join, leave, ask, reply } = stage;
    const [a, b, asked, live] = [await join("a"), await join("b"), await join("asked"), await join("live")];
    const id = await ask(a, b);
    await ask(live, asked);
    await reply(b, id);
    await read(stage, a, id);
    for (const peer of [a, b, asked]) await leave(peer);
    const before = clock.now;
    clock.now += DAY / 2;
    const all = { questions: 1, peers: 2 };
    assert.deepEqual(await store.forgettable(before), all);
    const sum = { questions: 0, peers: 0 };
    for (let part = all; part.questions + part.peers > 0; ) {
      part = await store.forget(before, "read");
      sum.questions += part.questions;
      sum.peers += part.peers;
    }
    assert.deepEqual(sum, all);
    const names = (await store.peers(clock.now)).map(({ name }) => name);
    assert.deepEqual(names.sort(), ["asked", "live"]);
  });

  for (const decline of [false, true]) {
    const what = decline ? "a refusal" : "an answer";
    law(`${what} is kept until its asker was shown it for good, and its addresses are`, async (stage) => {
      const { store, clock, join, leave, ask, reply, take } = stage;
      const [a, b] = [await join("a"), await join("b")];
      const id = await ask(a, b);
      await reply(b, id, "8080", decline);
      const nothing = { questions: 0, peers: 0 };
      const pruned = async () => [await store.forgettable(clock.now), await store.forget(clock.now, "read")];
      assert.deepEqual(await pruned(), [nothing, nothing]);
      await store.stopWaiting(endOf(a, [id], clock.now));
      await leave(b);
      clock.now += HANDING_LEASE;
      assert.deepEqual(await pruned(), [nothing, nothing]);
      await store.confirm({ ...(await take(a)).receipt, tentative: "start" }, clock.now);
      assert.deepEqual(await pruned(), [nothing, nothing]);
      await store.turnSeen(a.id, "call");
      const all = { questions: 1, peers: 1 };
      assert.deepEqual(await store.forgettable(clock.now), all);
      assert.deepEqual(await store.forget(clock.now, "read"), { questions: 1, peers: 0 });
    });
  }

  law("all that is finished can be forgotten, read or not", async (stage) => {
    const { store, clock, join, ask, reply } = stage;
    const [a, b] = [await join("a"), await join("b")];
    await reply(b, await ask(a, b));
    assert.deepEqual(await store.forget(clock.now, "all"), { questions: 1, peers: 0 });
  });

  law("knows a folder as long as any answer waits there, a terminal's too", async (stage) => {
    const { store, clock, join, leave, ask, reply } = stage;
    const live = await join("live");
    const there = { projectPath: "terminal:/work/scripts", folder: "7.1", accept: [] };
    const terminal = await join("scripts-terminal", there);
    await leave(await join("idle", { folder: "8.1" }));
    const late = await ask(terminal, live);
    await leave(terminal);
    const before = clock.now;
    clock.now += SECOND;
    await reply(live, late);
    assert.deepEqual(await store.forget(before, "all"), { questions: 0, peers: 1 });
    const known = async (folder: string) => (await store.findFolder(folder, "")).knownPaths;
    assert.deepEqual([await known("7.1"), await known("8.1")], [["/work/scripts"], []]);
  });
}

/** The asker's call ends, and its inbox shows the answer. */
async function read({ store, clock, show }: Stage, asker: Peer, question: number): Promise<void> {
  await store.stopWaiting(endOf(asker, [question], clock.now));
  clock.now += HANDING_LEASE;
  await show(asker);
}
