import assert from "node:assert/strict";
import { DAY, endOf, expectKind, idsOf, lawTests, type MakeBackend, refusal, serverOf } from "../stage.ts";

export function waitLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "a wait stands until the answer is there, then it is over",
    async ({ join, ask, show, reply, wait, look, isAsking }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      const [pending] = expectKind(await wait(frontend, [id]), "waiting").asked;
      assert.deepEqual([pending?.state, pending?.recipient, pending?.to], ["pending", "active", "backend"]);
      await show(backend);
      assert.equal(expectKind(await look(frontend, [id]), "waiting").asked[0]?.state, "shown");
      await reply(backend, id, "8080");
      assert.equal(expectKind(await look(frontend, [id]), "settled").asked[0]?.answer, "8080");
      assert.equal(await isAsking(frontend), false);
    },
  );

  law(
    "an answer is not handed to the inbox while a call waits for it",
    async ({ join, ask, reply, store, take, clock }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      await reply(backend, id);
      assert.deepEqual((await take(frontend)).replies, []);
      const { receipt } = await store.stopWaiting(endOf(frontend, [id], clock.now));
      assert.deepEqual((await take(frontend)).replies, []);
      await store.release(receipt);
      assert.deepEqual(idsOf((await take(frontend)).replies), [id]);
    },
  );

  for (const end of ["interrupted", "stopped"]) {
    law(`a wait for several that is ${end} hands over the answers there are, once`, async (stage) => {
      const { join, ask, reply, store, wait, look, show, clock } = stage;
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      const ids = [await ask(frontend, backend), await ask(frontend, mobile)];
      expectKind(await wait(frontend, ids), "waiting");
      await reply(backend, ids[0] ?? 0, "8080");
      if (end === "interrupted") await ask(mobile, frontend);
      const ended =
        end === "interrupted"
          ? expectKind(await look(frontend, ids), "interrupted")
          : await store.stopWaiting(endOf(frontend, ids, clock.now));
      assert.deepEqual(
        ended.asked.map(({ answer }) => answer),
        ["8080", null],
      );
      await store.confirm(ended.receipt, clock.now);
      assert.deepEqual((await show(frontend)).replies, []);
    });
  }

  law(
    "a wait for several ends when as many as needed are finished",
    async ({ join, ask, reply, wait, look, isAsking }) => {
      const [frontend, backend, mobile] = [
        await join("frontend"),
        await join("backend"),
        await join("mobile"),
      ];
      const ids = [await ask(frontend, backend), await ask(frontend, mobile)];
      expectKind(await wait(frontend, ids, { need: 1 }), "waiting");
      await reply(mobile, ids[1] ?? 0);
      expectKind(await look(frontend, ids), "waiting");
      const { asked } = expectKind(await wait(frontend, ids, { need: 1, continuing: true }), "settled");
      assert.deepEqual(
        asked.map(({ state }) => state),
        ["pending", "answered"],
      );
      assert.equal(await isAsking(frontend), false);
    },
  );

  law("a wait tells when its recipient has no session any more", async ({ join, leave, ask, wait, look }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    expectKind(await wait(frontend, [id]), "waiting");
    await leave(backend);
    assert.equal(expectKind(await look(frontend, [id]), "waiting").asked[0]?.recipient, "inactive");
  });

  law(
    "who stops waiting leaves the question open and can go on later",
    async ({ join, ask, reply, store, wait, stateOf, clock }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      await store.stopWaiting(endOf(frontend, [id], clock.now));
      assert.equal(await stateOf(id), "pending");
      expectKind(await wait(frontend, [id]), "waiting");
      assert.equal((await reply(backend, id)).awaited, true);
    },
  );

  law("an expired question ends its wait", async ({ join, ask, wait, look, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    expectKind(await wait(frontend, [id]), "waiting");
    clock.now += DAY;
    assert.equal(expectKind(await look(frontend, [id]), "settled").asked[0]?.state, "expired");
  });

  law("nobody waits for another's question, or for one that was never asked", async ({ join, ask, wait }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    assert.equal((await refusal(wait(backend, [id]), "not_yours")).role, "asker");
    assert.equal((await refusal(wait(frontend, [id, 4711]), "unknown_question")).id, "q4711");
  });

  law("a process's waits end with it, another's stay", async ({ join, ask, store, isAsking }) => {
    const [frontend, mobile, backend] = [await join("frontend"), await join("mobile"), await join("backend")];
    await ask(frontend, backend);
    await ask(mobile, backend);
    await store.dropWaits(serverOf(frontend));
    assert.equal(await isAsking(frontend), false);
    assert.equal(await isAsking(mobile), true);
  });
}
