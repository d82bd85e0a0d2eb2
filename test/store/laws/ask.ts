import assert from "node:assert/strict";
import { RATE_LIMIT, RATE_WINDOW } from "../../../src/domain/asking.ts";
import type { Peer } from "../../../src/domain/peer.ts";
import { formatId } from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import { expectKind, idsOf, lawTests, type MakeBackend, refusal, SECOND, type Stage } from "../stage.ts";

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

  law("thirty asks a minute from one peer to another, and no more", async ({ join, ask, clock }) => {
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    for (let n = 0; n < RATE_LIMIT; n++) {
      await ask(frontend, backend, `question ${n}`);
      clock.now += SECOND;
    }
    const refused = await refusal(ask(frontend, backend, "one too many"), "too_many");
    assert.deepEqual([refused.to, refused.limit, refused.retryInSeconds], ["backend", 30, 30]);
    await ask(frontend, mobile, "another peer");
    await ask(mobile, backend, "from another peer");
    clock.now += RATE_WINDOW - RATE_LIMIT * SECOND - 1;
    await refusal(ask(frontend, backend, "still one too many"), "too_many");
    clock.now += 1;
    await ask(frontend, backend, "the first one is a minute old");
  });

  law(
    "the same open question again is the same question and costs no rate",
    async ({ join, ask, askAll, reply }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const first = must((await askAll(frontend, [backend]))[0]);
      assert.equal(first.repeated, false);
      for (let n = 0; n < 2 * RATE_LIMIT; n++) {
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
      await leave(await join("api", { projectPath: "/work/a" }));
      const live = await join("api", { projectPath: "/work/b" });
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

  law("an ask hangs only on what its asker was shown", async (stage) => {
    const { peers, last } = await chain(stage, 7);
    const asker = must(peers[7]);
    await stage.join("peer8");
    await stage.reply(asker, last);
    const id = await stage.ask(asker, "peer8", "hangs on nothing");
    expectKind(await stage.wait(asker, [id]), "waiting");
  });
}

/** `depth` asks, each by a peer that was shown the one before and has not answered it. */
async function chain({ join, ask, show }: Stage, depth: number): Promise<{ peers: Peer[]; last: number }> {
  const peers = [await join("peer0")];
  let last = 0;
  for (let n = 1; n <= depth; n++) {
    const peer = await join(`peer${n}`);
    last = await ask(must(peers.at(-1)), peer);
    await show(peer);
    peers.push(peer);
  }
  return { peers, last };
}
