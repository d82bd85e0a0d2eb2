import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { type PeerStatus, SERVER_STARTS_WITHIN, statusOf } from "../../../src/domain/presence.ts";
import { must } from "../../support/until.ts";
import { expectKind, idsOf, lawTests, type MakeBackend, refusal, type Stage } from "../stage.ts";

/** A live peer is one that can be shown a question and can answer it; and whose mail is whose. */
export function servingLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a session whose server ended is unreachable, and a question for it is queued", async (stage) => {
    const { join, askAll, isAsking, store, clock, wait } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const [waited] = await askAll(frontend, [backend], "before");
    assert.equal(waited?.waits, true);
    assert.deepEqual(await store.bury([must(backend.server)], clock.now), [frontend.id]);
    assert.equal(await status(stage, "backend"), "unreachable");
    const state = expectKind(await wait(frontend, [waited?.id ?? 0]), "waiting");
    assert.equal(state.asked[0]?.recipient, "unreachable");
    await store.dropWaits(`server ${frontend.id}`);
    const [queued] = await askAll(frontend, [backend], "after");
    assert.equal(queued?.waits, false);
    assert.equal(await isAsking(frontend), false);
    // Its server is back.
    await store.touch({ peer: backend.id, server: "another server", now: clock.now });
    assert.equal(await status(stage, "backend"), "active");
    assert.equal((await askAll(frontend, [backend], "again"))[0]?.waits, true);
  });

  law(
    "a session is unreachable while its client or its server is suspended, and keeps all it has",
    async (stage) => {
      const { join, askAll, store, wait } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      for (const process of [must(backend.host), must(backend.server)]) {
        const [waited] = await askAll(frontend, [backend], `before ${process}`);
        await store.noteSuspended([process, process]);
        const noted = (await store.processes()).filter(({ suspended }) => suspended);
        assert.deepEqual([...new Set(noted.map((one) => one.process))], [process]);
        assert.equal(await status(stage, "backend"), "unreachable");
        assert.equal(await status(stage, "mobile"), "active");
        const { asked } = expectKind(await wait(frontend, [waited?.id ?? 0]), "waiting");
        assert.deepEqual([asked[0]?.recipient, asked[0]?.suspended], ["unreachable", true]);
        assert.equal((await askAll(frontend, [backend], `during ${process}`))[0]?.waits, false);
        assert.deepEqual(
          (await askAll(frontend, "*")).map(({ recipient }) => recipient.id),
          [mobile.id],
        );
        // It goes on.
        await store.noteSuspended([]);
        assert.deepEqual(await store.peerOf(must(backend.host)), backend);
        assert.equal((await askAll(frontend, [backend], `after ${process}`))[0]?.waits, true);
      }
    },
  );

  law("a server has ten seconds to start beside its session's hooks", async (stage) => {
    const { join, clock } = stage;
    await join("backend", { server: undefined });
    assert.equal(await status(stage, "backend"), "active");
    clock.now += SERVER_STARTS_WITHIN - 1;
    assert.equal(await status(stage, "backend"), "active");
    clock.now += 1;
    assert.equal(await status(stage, "backend"), "unreachable");
    clock.now -= 3_600_000;
    assert.equal(await status(stage, "backend"), "unreachable");
  });

  law("the star passes over who cannot serve", async ({ join, askAll, store, clock }) => {
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    await store.bury([must(backend.server)], clock.now);
    assert.deepEqual(
      (await askAll(frontend, "*")).map(({ recipient }) => recipient.id),
      [mobile.id],
    );
  });

  law("a refusal names as live who can be asked, and as near whoever bears such a name", async (stage) => {
    const { join, ask, store, clock } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    await join("mobile");
    await join("mobile-run", { projectPath: "run:/work/mobile", accept: [] });
    await store.bury([must(backend.server)], clock.now);
    const refused = await refusal(ask(frontend, "bakend"), "unknown_peer");
    assert.deepEqual([refused.near, refused.live], [["backend"], ["mobile"]]);
  });

  law("a conversation that begins is shown anew what an earlier one did not answer", async (stage) => {
    const { join, ask, show, store, clock, stateOf } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    await show(backend);
    assert.deepEqual((await show(backend, "new")).questions, []);
    assert.equal(await store.wakeDue(backend.id, clock.now), false);
    await store.conversationBegins(backend.id);
    assert.equal(await stateOf(id), "shown");
    assert.equal(await store.wakeDue(backend.id, clock.now), true);
    const [again] = (await show(backend, "new")).questions;
    assert.deepEqual([again?.id, again?.showing], [id, "reminder"]);
    assert.deepEqual((await show(backend, "new")).questions, []);
    // It is reminded of it twice, like the first one.
    assert.deepEqual(idsOf((await show(backend, "due")).questions), [id]);
    assert.deepEqual(idsOf((await show(backend, "due")).questions), [id]);
    assert.deepEqual((await show(backend, "due")).questions, []);
  });

  law("a question does not end a subagent's wait, and wakes its session", async (stage) => {
    const { join, ask, store, clock, take } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    await join("mobile");
    const subagent = subagentOf(stage, backend);
    const own = await subagent.ask("mobile");
    const question = await ask(frontend, backend);
    expectKind(await subagent.wait(own, true), "waiting");
    assert.equal(await store.wakeDue(backend.id, clock.now), true);
    assert.deepEqual(idsOf((await take(backend)).questions), [question]);
  });

  law("a subagent's wait ends where it would be part of a ring, and is handed no question", async (stage) => {
    const { join, ask } = stage;
    const [backend, mobile] = [await join("backend"), await join("mobile")];
    const subagent = subagentOf(stage, backend);
    const own = await subagent.ask("mobile");
    await ask(mobile, backend, "in return");
    const ended = expectKind(await subagent.wait(own, true), "interrupted");
    assert.deepEqual([ended.questions, ended.more], [[], 0]);
    expectKind(await subagent.wait(own), "owes");
  });

  law("an answer that the session asked for is its own, also where a subagent has read it", async (stage) => {
    const { join, ask, reply, take, store, clock } = stage;
    const [backend, mobile] = [await join("backend"), await join("mobile")];
    const subagent = subagentOf(stage, backend);
    const subagents = await subagent.ask("mobile", "the subagent's");
    const sessions = await ask(backend, mobile, "the session's");
    const both = await subagent.ask("mobile", "of both");
    assert.equal(await ask(backend, mobile, "of both"), both);
    for (const id of [subagents, sessions, both]) {
      await reply(mobile, id, `answer ${id}`);
      const { asked, receipt } = expectKind(await subagent.wait(id), "settled");
      assert.equal(asked[0]?.answer, `answer ${id}`);
      await store.confirm(receipt, clock.now);
    }
    await store.dropWaits(`server ${backend.id}`);
    assert.deepEqual(idsOf((await take(backend)).replies), [sessions, both]);
  });
}

/** What a subagent of that session does. */
function subagentOf({ store, clock }: Stage, { id: peer }: Peer) {
  const by = { process: "server of the subagent", id: "subagent's call", subagent: true };
  return {
    async ask(to: string, body = "own"): Promise<number> {
      const [asked] = await store.ask({ asker: peer, to: [to], body, by, now: clock.now });
      return must(asked).id;
    },
    wait: (question: number, continuing = false) =>
      store.wait({ peer, questions: [question], need: 1, by, continuing, now: clock.now }),
  };
}

async function status({ store, clock }: Stage, name: string): Promise<PeerStatus | undefined> {
  const peer = (await store.peers(clock.now)).find((one) => one.name === name);
  return peer && statusOf(peer, clock.now);
}
