import assert from "node:assert/strict";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import { idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function showLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a question is shown when its showing is confirmed, not when it is taken", async (stage) => {
    const { store, clock, take, stateOf } = stage;
    const { frontend, backend, id } = await asked(stage);
    const mail = await take(backend);
    assert.equal(await stateOf(id), "pending");
    assert.deepEqual(await store.confirm(mail.receipt, clock.now), [frontend.id]);
    assert.equal(await stateOf(id), "shown");
  });

  law("a taken question is nobody else's until the lease is over", async (stage) => {
    const { clock, take } = stage;
    const { backend, id } = await asked(stage);
    await take(backend);
    clock.now += HANDING_LEASE - 1;
    assert.deepEqual((await take(backend, "open")).questions, []);
    clock.now += 1;
    const [again] = (await take(backend)).questions;
    assert.deepEqual([again?.id, again?.showing], [id, "unconfirmed"]);
  });

  law("a released question is taken again at once, as for the first time", async (stage) => {
    const { store, take } = stage;
    const { backend, id } = await asked(stage);
    await store.release((await take(backend)).receipt);
    const [again] = (await take(backend)).questions;
    assert.deepEqual([again?.id, again?.showing], [id, "first"]);
  });

  law("the receipt of an old taking neither confirms nor releases a newer one", async (stage) => {
    const { store, clock, take, stateOf } = stage;
    const { backend, id } = await asked(stage);
    const old = await take(backend);
    clock.now += HANDING_LEASE;
    const newer = await take(backend);
    await store.release(old.receipt);
    await store.confirm(old.receipt, clock.now);
    assert.deepEqual((await take(backend, "open")).questions, []);
    await store.confirm(newer.receipt, clock.now);
    assert.equal(await stateOf(id), "shown");
  });

  law("the receipt of one peer does nothing for another", async (stage) => {
    const { store, clock, take, stateOf } = stage;
    const { frontend, backend, id } = await asked(stage);
    const { receipt } = await take(backend);
    await store.confirm({ ...receipt, peer: frontend.id }, clock.now);
    assert.equal(await stateOf(id), "pending");
  });

  law("two takers never both get a question", async ({ backend: data, join, ask, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const asked: number[] = [];
    for (let n = 0; n < 20; n++) asked.push(await ask(frontend, backend, `question ${n}`));
    const handles = [await data.open(), await data.open(), await data.open(), await data.open()];
    const request = { peer: backend.id, questions: "new", limit: 3, now: clock.now } as const;
    const takings = Array.from({ length: 12 }, (_, n) => must(handles[n % handles.length]).take(request));
    const taken = (await Promise.all(takings)).flatMap(({ questions }) => idsOf(questions));
    assert.deepEqual(
      taken.sort((a, b) => a - b),
      asked,
    );
  });

  law("beyond the limit the rest stays new, and is counted", async ({ join, ask, store, take, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const ids = [
      await ask(frontend, backend, "1"),
      await ask(frontend, backend, "2"),
      await ask(frontend, backend, "3"),
    ];
    const first = await take(backend, "new", 2);
    assert.deepEqual([idsOf(first.questions), first.more.questions], [ids.slice(0, 2), 1]);
    await store.confirm(first.receipt, clock.now);
    const second = await take(backend, "new", 2);
    assert.deepEqual([idsOf(second.questions), second.more.questions], [ids.slice(2), 0]);
    assert.equal(second.questions[0]?.showing, "first");
  });

  law("an answered question is not shown any more", async (stage) => {
    const { reply, take } = stage;
    const { backend, id } = await asked(stage);
    await reply(backend, id);
    assert.deepEqual((await take(backend, "open")).questions, []);
  });
}

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}
