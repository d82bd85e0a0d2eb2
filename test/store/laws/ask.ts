import assert from "node:assert/strict";
import { UNREAD_LIMITS } from "../../../src/domain/asking.ts";
import type { Peer } from "../../../src/domain/peer.ts";
import { formatId } from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import {
  endOf,
  expectKind,
  idsOf,
  lawTests,
  type MakeBackend,
  refusal,
  SECOND,
  type Stage,
} from "../stage.ts";

export function askLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "a question reaches its recipient with all that it was asked with",
    async ({ join, ask, take, clock }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend, "Which\nport? \u{1f6a2}");
      const [handed] = (await take(backend)).questions;
      assert.deepEqual(handed, {
        id,
        from: "frontend",
        body: "Which\nport? \u{1f6a2}",
        askedAt: clock.now,
        expiresAt: clock.now + 24 * 3600 * SECOND,
        showing: "first",
        abandoned: false,
        unguarded: false,
      });
    },
  );

  law("an unknown peer is refused with the nearest names and the live ones", async ({ join, leave, ask }) => {
    const frontend = await join("frontend");
    await join("backend");
    await leave(await join("backends"));
    await join("zebra");
    const refused = await refusal(ask(frontend, "bakend"), "unknown_peer");
    assert.deepEqual(refused.near, ["backend", "backends"]);
    assert.deepEqual(refused.live, ["backend", "zebra"]);
  });

  law("nobody asks itself", async ({ join, ask }) => {
    const frontend = await join("frontend");
    assert.equal((await refusal(ask(frontend, "frontend"), "self_ask")).name, "frontend");
  });

  law("thirty unread questions from one project to one peer, and no more", async (stage) => {
    const { join, ask, take, store, clock } = stage;
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    const second = await join("frontend");
    const terminal = await join("frontend-terminal", { projectPath: "terminal:/work/frontend" });
    const askers = [frontend, second, terminal];
    for (let n = 0; n < UNREAD_LIMITS.project; n++) await ask(must(askers[n % 3]), backend, `question ${n}`);
    for (const asker of askers) {
      const refused = await refusal(ask(asker, backend, "one too many"), "too_many");
      assert.deepEqual([refused.to, refused.unread, refused.from], ["backend", 30, "project"]);
    }
    await ask(frontend, mobile, "another peer");
    await ask(mobile, backend, "from another project");
    clock.now -= 24 * 3600 * SECOND;
    await refusal(ask(frontend, backend, "whatever the clock says"), "too_many");
    const { receipt } = await take(backend, "new", 1);
    await store.confirm(receipt, clock.now);
    await ask(frontend, backend, "one of them was read");
  });

  law("two hundred unread questions for one peer, whoever asks, and no more", async ({ join, ask }) => {
    const backend = await join("backend");
    for (let n = 0; n < UNREAD_LIMITS.all; n++) {
      const asker = await join(`asker${n % 20}`, { host: `asker ${n % 20}` });
      await ask(asker, backend, `question ${n}`);
    }
    const refused = await refusal(ask(await join("another"), backend), "too_many");
    assert.deepEqual([refused.unread, refused.from], [200, "all"]);
  });

  law(
    "the same open question again is the same question and costs no rate",
    async ({ join, ask, askAll, reply }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const first = must((await askAll(frontend, [backend]))[0]);
      assert.equal(first.repeated, false);
      for (let n = 0; n < 2 * UNREAD_LIMITS.project; n++) {
        const [again] = await askAll(frontend, [backend]);
        assert.deepEqual([again?.id, again?.repeated], [first.id, true]);
      }
      await reply(backend, first.id);
      assert.notEqual(await ask(frontend, backend), first.id);
    },
  );

  law(
    "a session that is asked is not asking: its waits end in the same step",
    async ({ join, ask, isAsking }) => {
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      await ask(backend, mobile);
      assert.equal(await isAsking(backend), true);
      await ask(frontend, backend);
      assert.equal(await isAsking(backend), false);
      assert.equal(await isAsking(frontend), true);
    },
  );

  law(
    "asked again what it was shown, a session at work goes on waiting, unless that leads back",
    async (stage) => {
      const { store, clock, join, ask, show, isAsking } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      await store.touch({ peer: backend.id, activity: "busy", now: clock.now });
      await ask(frontend, backend);
      await show(backend);
      await ask(backend, mobile);
      await ask(frontend, backend);
      assert.deepEqual([await isAsking(frontend), await isAsking(backend)], [true, true]);
      await ask(mobile, frontend);
      assert.deepEqual([await isAsking(frontend), await isAsking(backend)], [false, true]);
      await ask(frontend, backend);
      assert.deepEqual([await isAsking(frontend), await isAsking(backend)], [true, false]);
    },
  );

  law(
    "a question for a sleeping peer is queued, nobody waits, and its next session has it",
    async (stage) => {
      const { join, leave, isAsking, take, askAll } = stage;
      const frontend = await join("frontend");
      await leave(await join("backend"));
      const { id, recipient } = must((await askAll(frontend, ["backend"]))[0]);
      assert.equal(recipient.host, null);
      assert.equal(await isAsking(frontend), false);
      assert.deepEqual(idsOf((await take(await join("backend"))).questions), [id]);
    },
  );

  law(
    "a name that one live and one sleeping peer bear means the live one",
    async ({ join, leave, ask, take }) => {
      const frontend = await join("frontend");
      const host = "client of a";
      await leave(await join("a", { host, rename: "api" }));
      const live = await join("b", { host: "client of b", rename: "api" });
      const id = await ask(frontend, "api");
      assert.deepEqual(idsOf((await take(live)).questions), [id]);
    },
  );

  law("eight asks may hang on one another, a ninth is refused with what is owed", async (stage) => {
    const { peers, last } = await chain(stage, 8);
    const deepest = must(peers[8]);
    await stage.join("peer9");
    const refused = await refusal(stage.ask(deepest, "peer9"), "too_deep");
    assert.deepEqual([refused.depth, refused.limit, refused.owed], [9, 8, [formatId(last)]]);
    await stage.reply(deepest, last);
    await stage.ask(deepest, "peer9");
  });

  law("an ask that nobody waits for any more has no depth", async (stage) => {
    const { peers, ids } = await chain(stage, 8);
    const deepest = must(peers[8]);
    await stage.join("peer9");
    await refusal(stage.ask(deepest, "peer9"), "too_deep");
    // The first of them timed out.
    await stage.store.stopWaiting(endOf(must(peers[0]), [must(ids[0])], stage.clock.now));
    await stage.ask(deepest, "peer9");
  });
}

/** `depth` asks, each by a peer that was shown the one before and has not answered it. */
async function chain(
  { join, ask, show, wait }: Stage,
  depth: number,
): Promise<{ peers: Peer[]; ids: number[]; last: number }> {
  const peers = [await join("peer0")];
  const ids: number[] = [];
  for (let n = 1; n <= depth; n++) {
    const peer = await join(`peer${n}`);
    const asker = must(peers.at(-1));
    ids.push(await ask(asker, peer));
    await show(peer);
    expectKind(await wait(asker, ids.slice(-1)), "waiting");
    peers.push(peer);
  }
  return { peers, ids, last: must(ids.at(-1)) };
}
