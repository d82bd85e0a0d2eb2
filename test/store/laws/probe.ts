import assert from "node:assert/strict";
import { lawTests, type MakeBackend } from "../stage.ts";

/** Test questions are no questions: whoever is asked one owes nothing, and is shown nothing. */
export function probeLaws(make: MakeBackend): void {
  const law = lawTests(make);
  const SEEN = { seenAt: 1_100, heardBy: "bell", way: "turn" } as const;

  law("is seen by the peer that was asked alone, answered once, and then gone", async ({ store, join }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await store.probe(backend.id, 1_000);
    assert.deepEqual([await store.probed(backend.id), await store.probed(frontend.id)], [true, false]);
    assert.equal(await store.collectProbe(id), undefined);
    await store.answerProbes(frontend.id, SEEN, () => 1_200);
    assert.equal(await store.collectProbe(id), undefined);
    await store.answerProbes(backend.id, SEEN, () => 1_200);
    await store.answerProbes(backend.id, { ...SEEN, way: "prompt" }, () => 9_000);
    assert.equal(await store.probed(backend.id), false);
    assert.deepEqual(await store.collectProbe(id), { askedAt: 1_000, ...SEEN, answeredAt: 1_200 });
    assert.equal(await store.collectProbe(id), undefined);
  });

  law("is nothing that is shown, owed, waited for or woken for", async ({ store, clock, join, take }) => {
    const backend = await join("backend");
    await store.probe(backend.id, 1_000);
    const mail = await take(backend, "open");
    assert.deepEqual([mail.questions, mail.replies], [[], []]);
    assert.equal(await store.wakeDue(backend.id, clock.now), false);
    assert.deepEqual(await store.history({ limit: 10, now: clock.now }), []);
    assert.equal((await store.peers(clock.now))[0]?.openQuestions, 0);
  });

  law(
    "is forgotten where nobody came back for it, also after the clock began anew",
    async ({ store, join }) => {
      const backend = await join("backend");
      await store.probe(backend.id, 500_000_000);
      await store.dropProbe(await store.probe(backend.id, 1_000));
      assert.equal(await store.probed(backend.id), false);
      await store.probe(backend.id, 2_000);
      await store.dropProbe(await store.probe(backend.id, 100_000_000));
      assert.equal(await store.probed(backend.id), false);
    },
  );
}
