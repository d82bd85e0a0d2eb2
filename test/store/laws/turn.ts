import assert from "node:assert/strict";
import { idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function turnLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "an answer of a turn that never went on is shown again in the next, as perhaps seen before",
    async (stage) => {
      const { store, take } = stage;
      const { frontend, id } = await shownTentatively(stage);
      await store.turnBegins(frontend.id);
      const [again] = (await take(frontend)).replies;
      assert.deepEqual([again?.id, again?.showing], [id, "unconfirmed"]);
    },
  );

  law("until then it is shown to nobody, and wakes nobody", async (stage) => {
    const { store, clock, take } = stage;
    const { frontend } = await shownTentatively(stage);
    assert.deepEqual((await take(frontend, "open")).replies, []);
    assert.equal(await store.wakeDue(frontend.id, clock.now), false);
  });

  law("an answer of a turn that went on is never shown again", async (stage) => {
    const { store, take } = stage;
    const { frontend } = await shownTentatively(stage);
    await store.turnGoesOn(frontend.id);
    await store.turnBegins(frontend.id);
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("an answer that is not tentative stays shown, whatever begins", async (stage) => {
    const { store, show, take } = stage;
    const { frontend, id } = await answered(stage);
    assert.deepEqual(idsOf((await show(frontend)).replies), [id]);
    await store.turnBegins(frontend.id);
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("the turns of one session say nothing of another's answers", async (stage) => {
    const { store, take, join } = stage;
    const { frontend, backend } = await shownTentatively(stage);
    const docs = await join("docs");
    for (const peer of [backend, docs]) await store.turnBegins(peer.id);
    assert.deepEqual((await take(frontend)).replies, []);
    for (const peer of [backend, docs]) await store.turnGoesOn(peer.id);
    await store.turnBegins(frontend.id);
    assert.equal((await take(frontend)).replies.length, 1);
  });

  law("a question is left to the reminders", async ({ store, join, ask, take, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    await ask(frontend, backend);
    await store.confirm({ ...(await take(backend)).receipt, tentative: true }, clock.now);
    await store.turnBegins(backend.id);
    assert.deepEqual((await take(backend)).questions, []);
    assert.equal((await take(backend, "due")).questions.length, 1);
  });
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
  await stage.store.confirm({ ...receipt, tentative: true }, stage.clock.now);
  return peers;
}
