import assert from "node:assert/strict";
import { ATTENTION, ATTENTION_WINDOW_MS, WAKES_LIMIT } from "../../../src/domain/attention.ts";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE, REMINDER_LIMIT } from "../../../src/domain/question.ts";
import { callOf, idsOf, lawTests, type MakeBackend, type Stage, serverOf } from "../stage.ts";

export function remindLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("new gives a question once; open gives it again, as a reminder", async (stage) => {
    const { show } = stage;
    const { backend, id } = await asked(stage);
    await show(backend, "new");
    assert.deepEqual((await show(backend, "new")).questions, []);
    for (let n = 0; n < 4; n++) {
      const [again] = (await show(backend, "open")).questions;
      assert.deepEqual([again?.id, again?.showing], [id, "reminder"]);
    }
  });

  law("due reminds at most twice of each question, and shows new ones before that", async (stage) => {
    const { ask, show } = stage;
    const { frontend, backend, id } = await asked(stage);
    assert.equal((await show(backend, "due")).questions[0]?.showing, "first");
    assert.equal((await show(backend, "due")).questions[0]?.showing, "reminder");
    const other = await ask(frontend, backend, "another");
    assert.deepEqual(
      (await show(backend, "due")).questions.map(({ id, showing }) => [id, showing]),
      [
        [other, "first"],
        [id, "reminder"],
      ],
    );
    assert.deepEqual(idsOf((await show(backend, "due")).questions), [other]);
    assert.deepEqual(idsOf((await show(backend, "due")).questions), [other]);
    assert.deepEqual((await show(backend, "due")).questions, []);
  });

  law("however many reminders are due, what is new comes first", async (stage) => {
    const { ask, show, take } = stage;
    const { frontend, backend, id } = await asked(stage);
    const second = await ask(frontend, backend, "second");
    await show(backend);
    const third = await ask(frontend, backend, "third");
    const mail = await take(backend, "due", 2);
    assert.deepEqual([idsOf(mail.questions), mail.more.questions], [[third, id], 1]);
    assert.deepEqual(idsOf((await take(backend, "due", 2)).questions), [second]);
  });

  law("a reminder that was released or never written is not used up", async (stage) => {
    const { store, clock, show, take } = stage;
    const { backend, id } = await asked(stage);
    await show(backend);
    for (let n = 0; n < 2 * REMINDER_LIMIT; n++) await store.release((await take(backend, "due")).receipt);
    for (let n = 0; n < 2 * REMINDER_LIMIT; n++) {
      assert.deepEqual(idsOf((await take(backend, "due")).questions), [id]);
      clock.now += HANDING_LEASE;
    }
    for (let n = 0; n < REMINDER_LIMIT; n++) {
      assert.deepEqual(idsOf((await show(backend, "due")).questions), [id]);
    }
    assert.deepEqual((await show(backend, "due")).questions, []);
  });

  law("only due uses a reminder up", async (stage) => {
    const { show } = stage;
    const { backend, id } = await asked(stage);
    await show(backend);
    for (let n = 0; n < 2 * REMINDER_LIMIT; n++) await show(backend, "open");
    assert.deepEqual(idsOf((await show(backend, "due")).questions), [id]);
  });

  for (const subagent of [false, true]) {
    const whom = subagent ? "by a subagent" : "by its session";
    law(`asked again ${whom}, what an idle session was shown and left is new to it`, async (stage) => {
      const { store, clock, show, isAsking, ask, join } = stage;
      const { frontend, backend, id } = await asked(stage);
      const by = { ...callOf(frontend, 2), subagent };
      const again = async () => (await stage.askAll(frontend, [backend], undefined, by))[0];
      const mark = (activity: "idle" | "busy") => store.touch({ peer: backend.id, activity, now: clock.now });
      await show(backend);
      for (let n = 0; n < REMINDER_LIMIT; n++) await show(backend, "due");
      assert.deepEqual((await show(backend, "due")).questions, []);
      // At work it may yet answer.
      await mark("busy");
      await ask(backend, await join("mobile"));
      assert.deepEqual(await again(), { ...(await again()), id, repeated: true, waits: true });
      assert.deepEqual([await due(stage, backend), await isAsking(backend)], [false, true]);
      assert.deepEqual((await show(backend, "due")).questions, []);
      await mark("idle");
      assert.equal((await again())?.id, id);
      assert.deepEqual([await due(stage, backend), await isAsking(backend)], [false, false]);
      await store.dropWaits(serverOf(backend));
      assert.equal(await due(stage, backend), true);
      const showings = [];
      for (let n = 0; n < REMINDER_LIMIT + 2; n++)
        showings.push(...idsOf((await show(backend, "due")).questions));
      assert.deepEqual(showings, Array(REMINDER_LIMIT + 1).fill(id));
    });
  }

  law(
    "asked again and again, an idle session is woken no more often than for new questions",
    async (stage) => {
      const { store, clock, ask, take } = stage;
      const { frontend, backend, id } = await asked(stage);
      let wakes = 0;
      for (let n = 0; n < 3 * WAKES_LIMIT; n++) {
        clock.now += 1;
        assert.equal(await ask(frontend, backend), id);
        const claimed = await store.claimWake({ peer: backend.id, rung: "socket", now: clock.now });
        if (!claimed) continue;
        wakes++;
        const { receipt } = await take(backend);
        await store.confirm({ ...receipt, pushed: true }, clock.now);
      }
      assert.equal(wakes, WAKES_LIMIT);
    },
  );

  law("asked again, a session that owes as much as it can be shown is not woken for it", async (stage) => {
    const { clock, ask, show, askAll } = stage;
    const { frontend, backend, id } = await asked(stage);
    for (let n = 1; n < ATTENTION.questions; n++) await ask(frontend, backend, `question ${n}`);
    await show(backend);
    const [again] = await askAll(frontend, [backend]);
    assert.deepEqual([again?.id, again?.waits, await due(stage, backend)], [id, false, false]);
    clock.now += ATTENTION_WINDOW_MS + 1;
    await ask(frontend, backend);
    assert.equal(await due(stage, backend), true);
  });

  law(
    "asked again, what a session was shown and left by Esc is new to it by its client's word",
    async (stage) => {
      const { store, clock, show } = stage;
      const { frontend, backend, id } = await asked(stage);
      await store.touch({ peer: backend.id, activity: "busy", now: clock.now });
      await show(backend);
      const askAgain = (idle: boolean) =>
        store.ask({
          asker: frontend.id,
          to: [backend.name],
          body: "Which port?",
          by: callOf(frontend),
          idle: () => idle,
          now: clock.now,
        });
      await askAgain(false);
      assert.equal(await due(stage, backend), false);
      const [again] = await askAgain(true);
      assert.deepEqual([again?.id, await due(stage, backend)], [id, true]);
    },
  );

  law("asked again, a question that is in a turn's hand stays there", async (stage) => {
    const { store, clock, ask, take } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.confirm({ ...(await take(backend)).receipt, tentative: "start" }, clock.now);
    assert.equal(await ask(frontend, backend), id);
    assert.deepEqual((await take(backend)).questions, []);
    await store.turnSeen(backend.id, "call");
    assert.equal(await stage.stateOf(id), "shown");
    assert.deepEqual((await take(backend)).questions, []);
  });
}

const due = ({ store, clock }: Stage, { id }: Peer) => store.wakeDue(id, clock.now);

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}
