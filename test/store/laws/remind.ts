import assert from "node:assert/strict";
import { HANDING_LEASE, REMINDER_LIMIT } from "../../../src/domain/question.ts";
import { idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

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
}

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}
