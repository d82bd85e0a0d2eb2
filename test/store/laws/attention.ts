import assert from "node:assert/strict";
import {
  ATTENTION,
  ATTENTION_WINDOW_MS,
  PUSHES,
  PUSHES_WINDOW_MS,
  WAKES_LIMIT,
  WAKES_WINDOW_MS,
} from "../../../src/domain/attention.ts";
import type { Peer } from "../../../src/domain/peer.ts";
import { ANNOUNCE_LIMIT, BODY_LIMIT, type Room } from "../../../src/domain/question.ts";
import type { Mail, TakeRequest } from "../../../src/domain/store.ts";
import { expectKind, idsOf, lawTests, type MakeBackend, SECOND, type Stage } from "../stage.ts";

const HOOK: Room = { characters: 100, cost: (question, answer) => (answer ?? question).length };

/** What is pushed at a session has an end, whoever asks; a text is shown whole or not at all. */
export function attentionLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "a session that answers nothing is pushed eight questions, and the rest stays pending",
    async (stage) => {
      const { join, ask, reply, clock } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const ids: number[] = [];
      for (let n = 0; n < 12; n++) ids.push(await ask(frontend, backend, `question ${n}`));
      const first = await push(stage, backend);
      assert.deepEqual([idsOf(first.questions), first.more.questions], [ids.slice(0, 8), 4]);
      assert.deepEqual((await push(stage, backend)).questions, []);
      assert.equal(await stage.store.wakeDue(backend.id, clock.now), false);
      for (const id of ids.slice(0, 2)) await reply(backend, id);
      assert.equal(await stage.store.wakeDue(backend.id, clock.now), true);
      assert.deepEqual(idsOf((await push(stage, backend)).questions), ids.slice(8, 10));
    },
  );

  law(
    "who asks a session that has as much as it can read does not wait, and ends no wait of it",
    async (stage) => {
      const { join, ask, askAll, isAsking, clock, reply } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      for (let n = 0; n < ATTENTION.questions; n++) await ask(frontend, backend, `question ${n}`);
      const { questions } = await push(stage, backend);
      const own = await ask(backend, mobile, "its own");
      const [held] = await askAll(frontend, [backend], "one more");
      assert.equal(held?.waits, false);
      assert.equal(await isAsking(backend), true);
      const [other] = await askAll(mobile, [backend], "from another project");
      assert.equal(other?.waits, false);
      // Mobile answers, and so does backend one of the questions: there is room again.
      await reply(mobile, own);
      await reply(backend, questions[0]?.id ?? 0);
      assert.equal((await askAll(mobile, [backend], "again"))[0]?.waits, true);
      clock.now += ATTENTION_WINDOW_MS + 1;
      assert.equal((await askAll(frontend, [backend], "later"))[0]?.waits, true);
    },
  );

  law(
    "a session that answers at once is pushed 200,000 characters in a minute, and no more",
    async (stage) => {
      const { join, askAll, reply, clock } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const round = async (n: number) => {
        const [asked] = await askAll(frontend, [backend], String(n % 10).repeat(50_000));
        const { questions } = await push(stage, backend);
        for (const { id } of questions) await reply(backend, id);
        return [asked?.waits, questions.length];
      };
      for (let n = 0; n < 4; n++) assert.deepEqual(await round(n), [true, 1]);
      assert.deepEqual(await round(4), [false, 0]);
      clock.now += PUSHES_WINDOW_MS;
      assert.deepEqual(await round(5), [true, 1]);
    },
  );

  law(
    "a session that answers at once is interrupted thirty times in a minute, and no more",
    async (stage) => {
      const { join, ask, askAll, wait, reply, isAsking, store, clock } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      const own = await ask(backend, mobile);
      const interrupt = async () => {
        const [asked] = await askAll(frontend, [backend], "one more");
        const state = expectKind(await wait(backend, [own]), "interrupted");
        await store.confirm(state.receipt, clock.now);
        assert.deepEqual(idsOf(state.questions), [asked?.id]);
        await reply(backend, asked?.id ?? 0);
        return asked?.waits;
      };
      for (let n = 0; n < PUSHES.times; n++) assert.equal(await interrupt(), true, `interruption ${n}`);
      expectKind(await wait(backend, [own]), "waiting");
      const [held] = await askAll(frontend, [backend], "one too many");
      assert.deepEqual([held?.waits, await isAsking(backend)], [false, true]);
      assert.equal(await store.wakeDue(backend.id, clock.now), false);
      assert.deepEqual((await push(stage, backend)).questions, []);
      // What its user's prompt brings is no interruption.
      assert.deepEqual(idsOf((await stage.show(backend, "new")).questions), [held?.id]);
      await reply(backend, held?.id ?? 0);
      const [later] = await askAll(frontend, [backend], "still too many");
      assert.equal(later?.waits, false);
      clock.now += PUSHES_WINDOW_MS;
      assert.deepEqual(idsOf((await push(stage, backend)).questions), [later?.id]);
    },
  );

  law("to be told of a question that is too long is an interruption, too", async (stage) => {
    const { join, askAll, reply, clock, show } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const round = async (n: number, length: number) => {
      await askAll(frontend, [backend], String(n % 10).repeat(length));
      const mail = await push(stage, backend, { room: HOOK, announceBelow: ANNOUNCE_LIMIT });
      for (const { id } of (await show(backend, "new")).questions) await reply(backend, id);
      return mail.announces;
    };
    for (let n = 0; n < PUSHES.times; n++) assert.equal(await round(n, 200), true);
    assert.equal(await round(PUSHES.times, 200), false);
    clock.now += PUSHES_WINDOW_MS;
    for (let n = 0; n < 4; n++) assert.equal(await round(n, 50_000), true);
    assert.equal(await round(4, 50_000), false);
  });

  law(
    "the longest question is pushed if it is alone; beside others it ends no wait and wakes nobody",
    async (stage) => {
      const { join, ask, askAll, wait, reply, store, clock } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      const own = await ask(backend, mobile);
      const long = await ask(frontend, backend, "x".repeat(BODY_LIMIT));
      const state = expectKind(await wait(backend, [own]), "interrupted");
      assert.deepEqual([idsOf(state.questions), state.more], [[long], 0]);
      await store.confirm(state.receipt, clock.now);
      const [second] = await askAll(frontend, [backend], "y".repeat(BODY_LIMIT));
      assert.equal(second?.waits, false);
      expectKind(await wait(backend, [own]), "waiting");
      assert.equal(await store.wakeDue(backend.id, clock.now), false);
      await reply(backend, long);
      assert.deepEqual(idsOf(expectKind(await wait(backend, [own]), "interrupted").questions), [second?.id]);
    },
  );

  law("characters count as well as questions", async (stage) => {
    const { join, ask } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const ids: number[] = [];
    for (let n = 0; n < 4; n++) ids.push(await ask(frontend, backend, String(n).repeat(25_000)));
    assert.deepEqual(idsOf((await push(stage, backend)).questions), ids.slice(0, 2));
    assert.deepEqual((await push(stage, backend)).questions, []);
    // Who asks for its inbox gets it.
    assert.deepEqual(idsOf((await stage.take(backend, "open")).questions).length, 4);
  });

  law("a text is shown whole or not at all, and what did not fit comes with the next", async (stage) => {
    const { join, ask, reply, store, clock } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const ids = [await ask(frontend, backend, "a".repeat(60)), await ask(frontend, backend, "b".repeat(60))];
    const first = await push(stage, backend, { room: HOOK });
    assert.deepEqual([idsOf(first.questions), first.more.questions], [ids.slice(0, 1), 1]);
    assert.deepEqual(idsOf((await push(stage, backend, { room: HOOK })).questions), ids.slice(1));
    for (const id of ids) await reply(backend, id, "x".repeat(60));
    await store.dropWaits(`server ${frontend.id}`);
    assert.deepEqual(idsOf((await push(stage, frontend, { room: HOOK })).replies), ids.slice(0, 1));
    assert.deepEqual(idsOf((await push(stage, frontend, { room: HOOK })).replies), ids.slice(1));
    assert.ok(clock.now > 0);
  });

  law("what is too long for a hook stays pending, and is announced so often and no more", async (stage) => {
    const { join, ask, stateOf, store, clock } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const long = await ask(frontend, backend, "a".repeat(200));
    const short = await ask(frontend, backend, "short");
    const how = { room: HOOK, announceBelow: ANNOUNCE_LIMIT };
    const first = await push(stage, backend, how);
    assert.deepEqual([idsOf(first.questions), first.more.questions, first.announces], [[short], 1, true]);
    const second = await push(stage, backend, how);
    assert.deepEqual([second.questions, second.announces], [[], true]);
    const third = await push(stage, backend, how);
    assert.deepEqual([third.questions, third.more.questions, third.announces], [[], 1, false]);
    assert.equal(await stateOf(long), "pending");
    assert.equal(await store.wakeDue(backend.id, clock.now), false);
    assert.deepEqual(idsOf((await stage.show(backend, "new")).questions), [long]);
    assert.equal(await stateOf(long), "shown");
  });

  law("a wait hands over the answers that fit, and says of which there are more", async (stage) => {
    const { join, askAll, reply, wait, store, clock } = stage;
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    const asks = await askAll(frontend, [backend, mobile]);
    const ids = idsOf(asks);
    await reply(backend, ids[0] ?? 0, "x".repeat(70));
    await reply(mobile, ids[1] ?? 0, "y".repeat(70));
    const state = expectKind(await wait(frontend, ids, { room: HOOK }), "settled");
    assert.deepEqual(
      state.asked.map(({ answer, tooLong }) => [answer?.[0], tooLong]),
      [
        ["x", false],
        [undefined, true],
      ],
    );
    await store.confirm(state.receipt, clock.now);
    assert.deepEqual(
      [await store.replyShown(ids[0] ?? 0), await store.replyShown(ids[1] ?? 0)],
      ["shown", undefined],
    );
    const rest = expectKind(await wait(frontend, ids.slice(1), { room: HOOK }), "settled");
    assert.deepEqual(rest.asked[0]?.answer?.length, 70);
  });

  law("a question that is too long for a wait ends it all the same, twice at the most", async (stage) => {
    const { join, ask, wait, look, store, clock } = stage;
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    const own = await ask(backend, mobile);
    await ask(frontend, backend, "a".repeat(200));
    for (let n = 0; n < ANNOUNCE_LIMIT; n++) {
      const state = expectKind(await wait(backend, [own], { room: HOOK }), "interrupted");
      assert.deepEqual([state.questions, state.more], [[], 1]);
      await store.confirm(state.receipt, clock.now);
    }
    expectKind(await wait(backend, [own], { room: HOOK }), "waiting");
    expectKind(await look(backend, [own]), "waiting");
  });

  law("a session is woken twenty times a minute at the most, whatever the clock does", async (stage) => {
    const { join, ask, reply, clock } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const wake = async () => {
      const id = await ask(frontend, backend, `at ${clock.now}`);
      const woken =
        (await stage.store.wakeDue(backend.id, clock.now)) &&
        (await stage.store.claimWake({ peer: backend.id, rung: "socket", now: clock.now }));
      await push(stage, backend);
      await reply(backend, id);
      clock.now += 1;
      return woken;
    };
    for (let n = 0; n < WAKES_LIMIT; n++) assert.equal(await wake(), true, `wake ${n}`);
    assert.equal(await wake(), false);
    clock.now += WAKES_WINDOW_MS;
    assert.equal(await wake(), true);
    clock.now -= 3600 * SECOND;
    assert.equal(await wake(), true);
  });
}

async function push({ store, clock }: Stage, peer: Peer, more: Partial<TakeRequest> = {}): Promise<Mail> {
  const mail = await store.take({
    peer: peer.id,
    questions: "new",
    limit: 8,
    pushed: true,
    now: clock.now,
    ...more,
  });
  await store.confirm(mail.receipt, clock.now);
  return mail;
}
