import assert from "node:assert/strict";
import { endOf, expectKind, idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function cancelLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a question that nobody saw is taken back and never shown", async (stage) => {
    const { store, clock, show, stateOf, isAsking } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.cancel(endOf(frontend, [id], clock.now));
    assert.equal(await stateOf(id), "cancelled");
    assert.equal(await isAsking(frontend), false);
    assert.deepEqual((await show(backend, "open")).questions, []);
  });

  law(
    "a shown question stays open, says that nobody waits, and its answer goes to the inbox",
    async (stage) => {
      const { store, clock, show, take, reply, stateOf } = stage;
      const { frontend, backend, id } = await asked(stage);
      await show(backend);
      await store.cancel(endOf(frontend, [id], clock.now));
      assert.equal(await stateOf(id), "shown");
      assert.equal((await show(backend, "open")).questions[0]?.abandoned, true);
      assert.equal((await reply(backend, id)).awaited, false);
      assert.deepEqual(idsOf((await take(frontend)).replies), [id]);
    },
  );

  law("a question that is being shown at that moment is not taken back", async (stage) => {
    const { store, clock, take, stateOf } = stage;
    const { frontend, backend, id } = await asked(stage);
    const { receipt } = await take(backend);
    await store.cancel(endOf(frontend, [id], clock.now));
    assert.equal(await stateOf(id), "pending");
    await store.confirm(receipt, clock.now);
    assert.equal(await stateOf(id), "shown");
  });

  law("who waits again has not abandoned its question", async (stage) => {
    const { store, clock, show, wait } = stage;
    const { frontend, backend, id } = await asked(stage);
    await show(backend);
    await store.cancel(endOf(frontend, [id], clock.now));
    expectKind(await wait(frontend, [id]), "waiting");
    assert.equal((await show(backend, "open")).questions[0]?.abandoned, false);
  });

  law("nobody takes back another's question, or an answered one", async (stage) => {
    const { store, clock, ask, reply, stateOf } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.cancel(endOf(backend, [id], clock.now));
    assert.equal(await stateOf(id), "pending");
    const answered = await ask(frontend, backend, "another");
    await reply(backend, answered);
    await store.cancel(endOf(frontend, [answered], clock.now));
    assert.equal(await stateOf(answered), "answered");
  });
}

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}
