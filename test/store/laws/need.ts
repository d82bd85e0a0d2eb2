import assert from "node:assert/strict";
import { must } from "../../support/until.ts";
import { endOf, expectKind, idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function needLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a wait is over when as many as needed are answered, and not before", async (stage) => {
    const { reply, wait, isAsking } = stage;
    const { frontend, one, two, ids } = await askedThree(stage);
    const look = () => wait(frontend, ids, { need: 2, continuing: true });
    expectKind(await wait(frontend, ids, { need: 2 }), "waiting");
    await reply(two, must(ids[1]), "second");
    expectKind(await look(), "waiting");
    await reply(one, must(ids[0]), "first");
    const { asked } = expectKind(await look(), "settled");
    assert.deepEqual(
      asked.map(({ state, answer }) => [state, answer]),
      [
        ["answered", "first"],
        ["answered", "second"],
        ["pending", null],
      ],
    );
    assert.equal(await isAsking(frontend), false);
  });

  law("a declined answer is none of those that are needed", async (stage) => {
    const { reply, wait } = stage;
    const { frontend, one, two, ids } = await askedThree(stage);
    await reply(one, must(ids[0]), "no", true);
    expectKind(await wait(frontend, ids, { need: 1 }), "waiting");
    await reply(two, must(ids[1]), "yes");
    expectKind(await wait(frontend, ids, { need: 1, continuing: true }), "settled");
  });

  law("where too few are left to answer the wait is over with those", async (stage) => {
    const { store, clock, reply, wait } = stage;
    const { frontend, one, two, ids } = await askedThree(stage);
    await reply(one, must(ids[0]), "no", true);
    await reply(two, must(ids[1]), "yes");
    await store.cancel(endOf(frontend, ids, clock.now));
    const { asked } = expectKind(await wait(frontend, ids, { need: 3 }), "settled");
    assert.deepEqual(
      asked.map(({ state }) => state),
      ["declined", "answered", "cancelled"],
    );
  });

  law("what comes after enough was there goes to the inbox, once", async (stage) => {
    const { store, clock, reply, wait, show } = stage;
    const { frontend, one, three, ids } = await askedThree(stage);
    expectKind(await wait(frontend, ids, { need: 1 }), "waiting");
    await reply(one, must(ids[0]));
    const { receipt } = expectKind(await wait(frontend, ids, { need: 1, continuing: true }), "settled");
    await store.confirm(receipt, clock.now);
    assert.equal((await reply(three, must(ids[2]), "late")).awaited, false);
    assert.deepEqual(
      (await show(frontend)).replies.map(({ id, answer }) => [id, answer]),
      [[ids[2], "late"]],
    );
    assert.deepEqual((await show(frontend, "open")).replies, []);
  });

  law("what came before enough was there is not in the inbox meanwhile", async (stage) => {
    const { reply, wait, take } = stage;
    const { frontend, one, two, three, ids } = await askedThree(stage);
    expectKind(await wait(frontend, ids), "waiting");
    await reply(one, must(ids[0]));
    await reply(two, must(ids[1]));
    assert.deepEqual((await take(frontend)).replies, []);
    await reply(three, must(ids[2]));
    expectKind(await wait(frontend, ids, { continuing: true }), "settled");
    assert.deepEqual((await take(frontend)).replies, []);
  });

  law("an interrupted wait for several tells what came so far and goes on later", async (stage) => {
    const { join, ask, reply, wait, look, store, clock } = stage;
    const { frontend, one, two, three, ids } = await askedThree(stage);
    expectKind(await wait(frontend, ids), "waiting");
    await reply(one, must(ids[0]), "early");
    const incoming = await ask(await join("mobile"), frontend, "Which colour?");
    const ended = expectKind(await look(frontend, ids), "interrupted");
    assert.deepEqual([idsOf(ended.questions), ended.owed], [[incoming], [incoming]]);
    assert.deepEqual(
      ended.asked.map(({ state, answer }) => [state, answer]),
      [
        ["answered", "early"],
        ["pending", null],
        ["pending", null],
      ],
    );
    await store.confirm(ended.receipt, clock.now);
    await reply(frontend, incoming, "blue");
    expectKind(await wait(frontend, ids), "waiting");
    await reply(two, must(ids[1]));
    await reply(three, must(ids[2]));
    expectKind(await look(frontend, ids), "settled");
  });

  law(
    "two calls that wait for the same question both have its answer, which is shown once",
    async (stage) => {
      const { join, ask, reply, wait, look, show, store, clock } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      expectKind(await wait(frontend, [id]), "waiting");
      expectKind(await wait(frontend, [id]), "waiting");
      await reply(backend, id, "8080");
      for (let call = 0; call < 2; call++) {
        const { asked, receipt } = expectKind(await look(frontend, [id]), "settled");
        assert.equal(asked[0]?.answer, "8080");
        await store.confirm(receipt, clock.now);
      }
      assert.deepEqual((await show(frontend, "open")).replies, []);
    },
  );

  law("one of two calls that wait for the same question stops, the other waits on", async (stage) => {
    const { join, ask, reply, wait, look, take, store, isAsking, clock } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    expectKind(await wait(frontend, [id]), "waiting");
    await store.stopWaiting(endOf(frontend, [id], clock.now));
    expectKind(await look(frontend, [id]), "waiting");
    assert.equal(await isAsking(frontend), true);
    assert.equal((await reply(backend, id)).awaited, true);
    assert.deepEqual((await take(frontend)).replies, []);
    expectKind(await look(frontend, [id]), "settled");
  });
}

async function askedThree({ join, askAll }: Stage) {
  const frontend = await join("frontend");
  const [one, two, three] = [await join("one"), await join("two"), await join("three")];
  return { frontend, one, two, three, ids: idsOf(await askAll(frontend, [one, two, three])) };
}
