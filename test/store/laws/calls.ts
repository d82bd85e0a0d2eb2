import assert from "node:assert/strict";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { callOf, endOf, expectKind, idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

/** Two calls of one session wait for the same answer: none of them ends, takes back or hides what the other waits for. */
export function callLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("what one call takes back, another still waits for", async (stage) => {
    const { store, clock, show, stateOf } = stage;
    const { frontend, backend, id, look } = await twoCalls(stage);
    assert.deepEqual(await store.cancel(endOf(frontend, [id], clock.now)), []);
    assert.equal(await stateOf(id), "pending");
    assert.equal((await show(backend)).questions[0]?.abandoned, false);
    expectKind(await look(2), "waiting");
    await store.cancel(endOf(frontend, [id], clock.now, callOf(frontend, 2)));
    assert.equal((await show(backend, "open")).questions[0]?.abandoned, true);
  });

  law("the last call to give up takes the question back", async ({ store, clock, stateOf, ...stage }) => {
    const { frontend, id } = await twoCalls({ store, clock, stateOf, ...stage });
    await store.cancel(endOf(frontend, [id], clock.now));
    assert.deepEqual(await store.cancel(endOf(frontend, [id], clock.now, callOf(frontend, 2))), [id]);
    assert.equal(await stateOf(id), "cancelled");
  });

  law("one call's end keeps the answer from the inbox for the other", async (stage) => {
    const { store, clock, reply, take } = stage;
    const { frontend, backend, id, look } = await twoCalls(stage);
    await store.stopWaiting(endOf(frontend, [id], clock.now));
    assert.equal((await reply(backend, id)).awaited, true);
    assert.deepEqual((await take(frontend)).replies, []);
    assert.equal(expectKind(await look(2), "settled").asked[0]?.answer, "8080");
  });

  law("both are given the answer, and the inbox is not", async (stage) => {
    const { store, clock, reply, show } = stage;
    const { frontend, backend, id, look } = await twoCalls(stage);
    await reply(backend, id);
    for (const call of [1, 2]) {
      const { asked, receipt } = expectKind(await look(call), "settled");
      assert.equal(asked[0]?.answer, "8080");
      await store.confirm(receipt, clock.now);
    }
    assert.deepEqual((await show(frontend)).replies, []);
  });

  law(
    "what a call shows while a hook has it in hand is shown, whether or not that hook lives on",
    async (stage) => {
      const { store, clock, join, ask, reply, take, wait } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      for (const hookLives of [false, true]) {
        const id = await ask(frontend, backend, `Which port? ${hookLives}`);
        await store.stopWaiting(endOf(frontend, [id], clock.now));
        await reply(backend, id);
        const inHand = await take(frontend);
        assert.deepEqual(idsOf(inHand.replies), [id]);
        const { asked, receipt } = expectKind(await wait(frontend, [id]), "settled");
        assert.equal(asked[0]?.answer, "8080");
        assert.deepEqual(await store.confirm(receipt, clock.now), [backend.id]);
        if (hookLives) await store.confirm(inHand.receipt, clock.now);
        clock.now += HANDING_LEASE;
        assert.deepEqual((await take(frontend)).replies, []);
      }
    },
  );

  law("a question for their session ends both", async (stage) => {
    const { ask, isAsking } = stage;
    const { frontend, backend, look } = await twoCalls(stage);
    const back = await ask(backend, frontend, "Which colour?");
    assert.equal(await isAsking(frontend), false);
    assert.deepEqual(idsOf(expectKind(await look(1), "interrupted").questions), [back]);
    assert.deepEqual(expectKind(await look(2), "interrupted").owed, [back]);
  });
}

async function twoCalls(stage: Stage) {
  const { join, ask, wait } = stage;
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  const id = await ask(frontend, backend);
  expectKind(await wait(frontend, [id], { by: callOf(frontend, 2) }), "waiting");
  const look = (call: number) => wait(frontend, [id], { by: callOf(frontend, call), continuing: true });
  return { frontend, backend, id, look };
}
