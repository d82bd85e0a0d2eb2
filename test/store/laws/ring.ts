import assert from "node:assert/strict";
import { endOf, expectKind, idsOf, lawTests, type MakeBackend } from "../stage.ts";

export function ringLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a question ends its recipient's wait and is handed over, once", async (stage) => {
    const { join, ask, wait, look, store, clock, isAsking, stateOf } = stage;
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    const own = await ask(frontend, backend);
    expectKind(await wait(frontend, [own]), "waiting");
    const incoming = await ask(mobile, frontend);
    const ended = expectKind(await look(frontend, [own]), "interrupted");
    assert.deepEqual([idsOf(ended.questions), ended.owed, ended.asked[0]?.id], [[incoming], [incoming], own]);
    assert.equal(await isAsking(frontend), false);
    await store.confirm(ended.receipt, clock.now);
    assert.equal(await stateOf(incoming), "shown");
    // Mobile waits for frontend, frontend for backend: no ring, and the question is not handed over again.
    expectKind(await wait(frontend, [own]), "waiting");
    expectKind(await look(frontend, [own]), "waiting");
  });

  law("a wait does not start over a question that waits", async ({ join, ask, wait, store, clock }) => {
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    const own = await ask(frontend, backend);
    await store.stopWaiting(endOf(frontend, [own], clock.now));
    const incoming = await ask(mobile, frontend);
    assert.deepEqual(idsOf(expectKind(await wait(frontend, [own]), "interrupted").questions), [incoming]);
  });

  law(
    "a wait ends also where another call of the session has shown the question",
    async ({ join, ask, wait, look, show }) => {
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      const own = await ask(frontend, backend);
      expectKind(await wait(frontend, [own]), "waiting");
      const incoming = await ask(mobile, frontend);
      await show(frontend);
      const ended = expectKind(await look(frontend, [own]), "interrupted");
      assert.deepEqual([ended.questions, ended.owed], [[], [incoming]]);
    },
  );

  law(
    "two sessions that ask each other at once: the later waits, the earlier is handed its question",
    async (stage) => {
      const { join, ask, look, wait, store, clock } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const first = await ask(frontend, backend);
      const second = await ask(backend, frontend);
      assert.deepEqual(idsOf(expectKind(await wait(backend, [second]), "interrupted").questions), [first]);
      const ended = expectKind(await look(frontend, [first]), "interrupted");
      assert.deepEqual(idsOf(ended.questions), [second]);
      await store.confirm(ended.receipt, clock.now);
    },
  );

  law("nobody waits for one that waits for its own answer", async ({ join, ask, show, reply, wait }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const back = await ask(backend, frontend, "asked first");
    await show(frontend);
    const own = await ask(frontend, backend, "asked back");
    await show(backend);
    // Frontend waits for backend now, so backend may not wait for frontend.
    assert.deepEqual(expectKind(await wait(backend, [back]), "owes").questions, [own]);
    await reply(backend, own);
    expectKind(await wait(backend, [back]), "waiting");
  });

  law(
    "nobody waits for one that waits for it through others",
    async ({ join, ask, show, reply, wait, isAsking }) => {
      const [one, two, three] = [await join("one"), await join("two"), await join("three")];
      const toTwo = await ask(one, two);
      await show(two);
      const toThree = await ask(two, three);
      await show(three);
      const toOne = await ask(three, one);
      await show(one);
      // Two waits for three, three for one.
      assert.deepEqual(expectKind(await wait(one, [toTwo]), "owes").questions, [toOne]);
      assert.equal(await isAsking(one), false);
      await reply(one, toOne);
      expectKind(await wait(one, [toTwo]), "waiting");
      // Three has its answer, so it owes two and may not close the ring in its turn.
      assert.deepEqual(expectKind(await wait(three, [toOne]), "settled").asked[0]?.state, "answered");
      await reply(three, toThree);
    },
  );

  law("who owes one that does not wait may wait", async ({ join, ask, show, store, wait, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const back = await ask(backend, frontend);
    await show(frontend);
    await store.stopWaiting(endOf(backend, [back], clock.now));
    const own = await ask(frontend, backend);
    expectKind(await wait(frontend, [own]), "waiting");
  });
}
