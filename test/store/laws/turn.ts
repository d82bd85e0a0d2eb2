import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { ANNOUNCE_LIMIT } from "../../../src/domain/question.ts";
import type { InHand } from "../../../src/domain/turn.ts";
import { HOUR, idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function turnLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "an answer of a turn that never went on is shown again in the next, as perhaps seen before",
    async (stage) => {
      const { store, take } = stage;
      const { frontend, id } = await shownTentatively(stage);
      await store.turnSeen(frontend.id, "prompt");
      const [again] = (await take(frontend)).replies;
      assert.deepEqual([again?.id, again?.showing], [id, "unconfirmed"]);
    },
  );

  law("until then it is shown to nobody, and wakes nobody", async (stage) => {
    const { take } = stage;
    const { frontend } = await shownTentatively(stage);
    assert.deepEqual((await take(frontend, "open")).replies, []);
    assert.equal(await wakes(stage, frontend), false);
  });

  law("an answer of a turn that went on is never shown again", async (stage) => {
    const { store, take } = stage;
    const { frontend } = await shownTentatively(stage);
    await store.turnSeen(frontend.id, "call");
    await store.turnSeen(frontend.id, "prompt");
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("an answer that is not tentative stays shown, whatever begins", async (stage) => {
    const { store, show, take } = stage;
    const { frontend, id } = await answered(stage);
    assert.deepEqual(idsOf((await show(frontend)).replies), [id]);
    await store.turnSeen(frontend.id, "prompt");
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("the turns of one session say nothing of another's answers", async (stage) => {
    const { store, take, join } = stage;
    const { frontend, backend } = await shownTentatively(stage);
    const docs = await join("docs");
    for (const peer of [backend, docs]) await store.turnSeen(peer.id, "prompt");
    assert.deepEqual((await take(frontend)).replies, []);
    for (const peer of [backend, docs]) await store.turnSeen(peer.id, "call");
    await store.turnSeen(frontend.id, "prompt");
    assert.equal((await take(frontend)).replies.length, 1);
  });

  law("what was shown at a turn's end waits again if the client is idle since", async (stage) => {
    const { store, take, stateOf, clock } = stage;
    const { frontend, question, answer } = await shownAtEnd(stage);
    const claim = { peer: frontend.id, rung: "socket", now: clock.now } as const;
    assert.equal(await stateOf(question), "pending");
    // There is something to look at, and nothing to wake it for.
    assert.deepEqual(
      [await store.wakeDue(frontend.id, clock.now), await store.claimWake(claim)],
      [true, false],
    );
    // What the client said before that, it said of an earlier turn.
    await store.turnSeen(frontend.id, "idle", { before: clock.now });
    assert.deepEqual((await take(frontend, "open")).questions, []);
    await store.turnSeen(frontend.id, "idle", { before: clock.now + 1 });
    assert.equal(await stateOf(question), "pending");
    assert.equal(await store.replyShown(answer), undefined);
    assert.equal(await store.claimWake(claim), true);
    const again = await take(frontend);
    assert.deepEqual(
      [...again.questions, ...again.replies].map(({ id, showing }) => [id, showing]),
      [
        [question, "unconfirmed"],
        [answer, "unconfirmed"],
      ],
    );
  });

  law("what was shown at a turn's end that went on is shown, from that end on", async (stage) => {
    const { store, take, stateOf, clock } = stage;
    const { frontend, question } = await shownAtEnd(stage);
    const at = clock.now;
    clock.now += 5_000;
    await store.turnSeen(frontend.id, "call");
    const [entry] = await store.history({ ids: [question], limit: 1, now: clock.now });
    assert.deepEqual([await stateOf(question), entry?.shownAt], ["shown", at]);
    assert.equal(await store.wakeDue(frontend.id, clock.now), false);
    await store.turnSeen(frontend.id, "idle", { before: clock.now + 1 });
    await store.turnSeen(frontend.id, "prompt");
    const mail = await take(frontend);
    assert.deepEqual([mail.questions, mail.replies], [[], []]);
  });

  law("what was shown at a turn's end that did not go on is shown again in the next", async (stage) => {
    const { store, take } = stage;
    const { frontend, question, answer } = await shownAtEnd(stage);
    await store.turnSeen(frontend.id, "prompt");
    const mail = await take(frontend);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [answer]]);
  });

  law(
    "what the turn of a session that ended had in hand waits again, for whoever takes it over",
    async (stage) => {
      const { store, join, leave, show, take, stateOf, clock } = stage;
      const { frontend, question, answer } = await shownAtEnd(stage);
      const other = await join("frontend");
      await leave(frontend);
      clock.now += HOUR;
      assert.equal(await store.adopt(other.id, clock.now), true);
      assert.equal(await store.wakeDue(other.id, clock.now), true);
      // Its own turn, which had none of that, goes on.
      await store.turnSeen(other.id, "call");
      assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
      const mail = await show(other);
      assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [answer]]);
      assert.deepEqual((await take(other)).questions, []);
    },
  );

  law(
    "a question counts as shown when the turn was seen to go on, and else comes with the next",
    async (stage) => {
      const { store, join, ask, take, stateOf, clock } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      const showTentatively = async () => {
        const { questions, receipt } = await take(backend);
        await store.confirm({ ...receipt, tentative: "start" }, clock.now);
        return questions.map((one) => one.showing);
      };
      assert.deepEqual(await showTentatively(), ["first"]);
      clock.now += HOUR;
      assert.deepEqual([await stateOf(id), await wakes(stage, backend)], ["pending", false]);
      assert.deepEqual([(await take(backend)).questions, (await take(backend, "due")).questions], [[], []]);
      await store.turnSeen(backend.id, "prompt");
      assert.deepEqual(await showTentatively(), ["unconfirmed"]);
      await store.turnSeen(backend.id, "call");
      assert.equal(await stateOf(id), "shown");
      assert.equal((await take(backend, "due")).questions.length, 1);
    },
  );

  for (const sign of ["call", "step", "stop"] as const)
    law(
      `what a tool's result held is given when the step is over, not by a call beside it, and shown by a ${sign} after it`,
      async (stage) => {
        const { store, stateOf } = stage;
        const { frontend, backend, question, answer } = await shownIn(stage, "result");
        assert.deepEqual(await store.turnSeen(frontend.id, "call"), []);
        assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
        assert.deepEqual(await store.turnSeen(frontend.id, "step"), [backend.id]);
        assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", "shown"]);
        assert.deepEqual(await store.turnSeen(frontend.id, sign), [backend.id]);
        assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["shown", "shown"]);
        for (const after of ["step", "prompt", "gone"] as const)
          assert.deepEqual(await store.turnSeen(frontend.id, after), []);
      },
    );

  for (const sign of ["failure", "prompt", "gone"] as const)
    law(`what went with a request that nobody saw go through waits again after a ${sign}`, async (stage) => {
      const { store, stateOf } = stage;
      const { frontend, backend, question, answer } = await shownIn(stage, "result");
      await store.turnSeen(frontend.id, "step");
      assert.deepEqual(await store.turnSeen(frontend.id, sign), [backend.id]);
      assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
    });

  law("a failed request wakes its session again, until that was in vain a few times", async (stage) => {
    const { store, show, stateOf, clock } = stage;
    const { frontend, question, answer } = await shownIn(stage, "start");
    let wakesMade = 0;
    for (; wakesMade < 20; wakesMade++) {
      await store.turnSeen(frontend.id, "failure");
      await store.touch({ peer: frontend.id, activity: "idle", now: clock.now });
      if (!(await wakes(stage, frontend))) break;
      const { receipt } = await stage.take(frontend);
      await store.confirm({ ...receipt, tentative: "start" }, clock.now);
    }
    assert.equal(wakesMade, ANNOUNCE_LIMIT - 1);
    assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
    const mail = await show(frontend);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [answer]]);
  });

  law("what a subagent was given is shown by what comes after its own step", async (stage) => {
    const { store, take } = stage;
    const { frontend, backend, id } = await answeredSubagent(stage);
    assert.deepEqual(await store.turnSeen(frontend.id, "step", { agent: "a1" }), [backend.id]);
    assert.equal(await store.replyShown(id), "shown");
    await store.turnSeen(frontend.id, "step", { agent: "a2" });
    assert.deepEqual(await store.turnSeen(frontend.id, "step", { agent: "a1" }), [backend.id]);
    await store.turnSeen(frontend.id, "stop", { running: [] });
    await store.turnSeen(frontend.id, "gone");
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("no turn of the session, nor of another subagent, says what became of it", async (stage) => {
    const { store, take, clock } = stage;
    const { frontend, id } = await answeredSubagent(stage);
    for (const sign of ["call", "step", "stop", "failure", "prompt"] as const)
      await store.turnSeen(frontend.id, sign, { running: ["a1", "a3"] });
    await store.turnSeen(frontend.id, "idle", { before: clock.now + 1 });
    for (const sign of ["step", "call", "step"] as const)
      await store.turnSeen(frontend.id, sign, { agent: "a2" });
    assert.deepEqual(
      [await store.wakeDue(frontend.id, clock.now), await store.replyShown(id)],
      [false, undefined],
    );
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law(
    "what a subagent was given that runs no more is its session's, unless it went on with it",
    async (stage) => {
      const { store, take } = stage;
      const { frontend, backend, id } = await answeredSubagent(stage);
      await store.turnSeen(frontend.id, "step", { agent: "a1" });
      assert.deepEqual(await store.turnSeen(frontend.id, "stop", { running: ["a2"] }), [backend.id]);
      const [again] = (await take(frontend)).replies;
      assert.deepEqual([again?.id, again?.showing], [id, "unconfirmed"]);
    },
  );

  for (const way of ["start", "between", "result"] as const)
    law(`what Esc may have taken away (${way}) waits quietly for the next prompt`, async (stage) => {
      const { store, take, stateOf, clock } = stage;
      const { frontend, question, answer } = await shownIn(stage, way);
      assert.equal(await store.wakeDue(frontend.id, clock.now), true);
      await store.turnSeen(frontend.id, "idle", { before: clock.now + 1 });
      assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
      assert.equal(await store.wakeDue(frontend.id, clock.now), false);
      const mail = await take(frontend);
      assert.deepEqual(
        [...mail.questions, ...mail.replies].map(({ id, showing }) => [id, showing]),
        [
          [question, "unconfirmed"],
          [answer, "unconfirmed"],
        ],
      );
    });

  for (const way of ["start", "end", "between", "result"] as const)
    law(
      `what was written (${way}) to a turn that the next prompt finds not gone on waits again`,
      async (stage) => {
        const { store, stateOf } = stage;
        const { frontend, question, answer } = await shownIn(stage, way);
        await store.turnSeen(frontend.id, "prompt");
        assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
        await store.turnSeen(frontend.id, "step");
        assert.equal(await stateOf(question), "pending");
      },
    );

  law("what is confirmed for a session that is gone by then waits for the next", async (stage) => {
    const { store, join, leave, ask, take, stateOf, clock } = stage;
    const { frontend, backend, id: answer } = await answered(stage);
    const question = await ask(backend, frontend);
    const { receipt } = await take(frontend);
    await leave(frontend);
    await store.confirm({ ...receipt, tentative: "result" }, clock.now);
    assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
    const next = await join("frontend");
    assert.equal(await store.wakeDue(next.id, clock.now), true);
    const mail = await take(next);
    assert.deepEqual([idsOf(mail.questions), idsOf(mail.replies)], [[question], [answer]]);
  });

  law("what the result of a call in the background held needs a second sign", async (stage) => {
    const { store, stateOf } = stage;
    const { frontend, question, answer } = await shownIn(stage, "later", "busy");
    assert.equal(await store.replyShown(answer), "later");
    for (const sign of ["call", "prompt", "step"] as const) {
      await store.turnSeen(frontend.id, sign);
      assert.deepEqual(
        [await stateOf(question), await store.replyShown(answer)],
        ["pending", sign === "step" ? undefined : "later"],
      );
    }
    assert.equal(await wakes(stage, frontend), false);
    await store.turnSeen(frontend.id, "step");
    assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["shown", "shown"]);
  });

  law("in an idle session, the result of a call in the background starts a turn", async (stage) => {
    const { store, stateOf } = stage;
    const { frontend, question } = await shownIn(stage, "later", "idle");
    await store.turnSeen(frontend.id, "step");
    assert.equal(await stateOf(question), "shown");
  });

  for (const way of ["result", "later"] as const) {
    law(
      `what a session had ${way === "later" ? "yet to read" : "just read"} when it died waits for the next`,
      async (stage) => {
        const { store, join, leave, take, stateOf } = stage;
        const { frontend, question, answer } = await shownIn(stage, way, "busy");
        await leave(frontend);
        assert.deepEqual([await stateOf(question), await store.replyShown(answer)], ["pending", undefined]);
        const mail = await take(await join("frontend"));
        assert.deepEqual(
          [...mail.questions, ...mail.replies].map(({ id, showing }) => [id, showing]),
          [
            [question, "unconfirmed"],
            [answer, "unconfirmed"],
          ],
        );
      },
    );
  }
}

/** Whether the session would be woken. */
const wakes = ({ store, clock }: Stage, { id }: Peer) =>
  store.claimWake({ peer: id, rung: "socket", now: clock.now });

/** An answer, written to the subagent "a1" of a session that goes on. */
async function answeredSubagent(stage: Stage) {
  const { store, take, clock } = stage;
  const { frontend, backend, id } = await answered(stage);
  const { receipt } = await take(frontend);
  await store.confirm({ ...receipt, tentative: "result", agent: "a1" }, clock.now);
  return { frontend, backend, id };
}

/** A question and a late answer, written in that way to a session that is at work, or idle. */
async function shownIn(stage: Stage, way: InHand, activity: "idle" | "busy" = "busy") {
  const { store, ask, take, clock } = stage;
  const { frontend, backend, id: answer } = await answered(stage);
  const question = await ask(backend, frontend);
  await store.touch({ peer: frontend.id, activity, now: clock.now });
  const { receipt } = await take(frontend);
  await store.confirm({ ...receipt, tentative: way }, clock.now);
  return { frontend, backend, question, answer };
}

/** A question and a late answer, shown at the end of a turn to make it go on. */
async function shownAtEnd(stage: Stage) {
  const { store, ask, take, clock } = stage;
  const { frontend, backend, id: answer } = await answered(stage);
  const question = await ask(backend, frontend);
  const { receipt, questions, replies } = await take(frontend, "due");
  assert.deepEqual([idsOf(questions), idsOf(replies)], [[question], [answer]]);
  await store.confirm({ ...receipt, pushed: true, tentative: "end" }, clock.now);
  return { frontend, question, answer };
}

/** A late answer that waits for its asker. */
async function answered({ store, join, ask, reply, clock, show }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  const id = await ask(frontend, backend);
  await store.dropWaits(`server ${frontend.id}`);
  await show(backend);
  clock.now += 1_000;
  await reply(backend, id);
  return { frontend, backend, id };
}

/** The same, shown at the start of a turn. */
async function shownTentatively(stage: Stage) {
  const peers = await answered(stage);
  const { receipt, replies } = await stage.take(peers.frontend);
  assert.deepEqual(idsOf(replies), [peers.id]);
  await stage.store.confirm({ ...receipt, tentative: "start" }, stage.clock.now);
  return peers;
}
