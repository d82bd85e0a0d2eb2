import assert from "node:assert/strict";
import { FORGOTTEN_AFTER } from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import { DAY, endOf, expectKind, idsOf, lawTests, type MakeBackend, refusal, serverOf } from "../stage.ts";

export function endLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a buried host's name is free, its waits are gone, and who waited for it is named", async (stage) => {
    const { join, ask, store, clock, isAsking } = stage;
    const [frontend, backend, mobile] = [await join("frontend"), await join("backend"), await join("mobile")];
    await ask(backend, mobile);
    await ask(frontend, mobile, "not for backend");
    const [waiter, second] = [await join("waiter"), await join("second")];
    await ask(waiter, backend);
    await ask(second, backend);
    const rung = await store.bury([must(backend.host)], clock.now);
    assert.deepEqual(rung.sort(), [waiter.id, second.id].sort());
    assert.equal(await isAsking(backend), false);
    assert.equal(await store.peerOf(must(backend.host)), undefined);
    assert.equal((await join("backend")).name, "backend");
  });

  law(
    "a buried server's waits end, its session lives on and finds the answer in its inbox",
    async (stage) => {
      const { join, ask, reply, take, store, clock, isAsking } = stage;
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      await store.bury([serverOf(frontend)], clock.now);
      assert.equal(await isAsking(frontend), false);
      assert.equal((await store.peerOf(must(frontend.host)))?.name, "frontend");
      await reply(backend, id);
      assert.deepEqual(idsOf((await take(frontend)).replies), [id]);
    },
  );

  law("to bury what nobody knows changes nothing", async ({ join, store, clock }) => {
    const frontend = await join("frontend");
    assert.deepEqual(await store.bury(["nobody"], clock.now), []);
    assert.equal((await store.peerOf(must(frontend.host)))?.name, "frontend");
  });

  law(
    "a question lives for 24 hours and then expires with no janitor",
    async ({ join, ask, take, wait, clock, store }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      clock.now += DAY - 1;
      const { receipt, questions } = await take(backend);
      assert.deepEqual(idsOf(questions), [id]);
      await store.release(receipt);
      clock.now += 1;
      assert.deepEqual((await take(backend, "open")).questions, []);
      assert.equal(expectKind(await wait(frontend, [id]), "settled").asked[0]?.state, "expired");
      assert.equal((await store.peers(clock.now)).find((peer) => peer.id === backend.id)?.openQuestions, 0);
    },
  );

  law("a shown question expires as well", async ({ join, ask, show, wait, clock }) => {
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const id = await ask(frontend, backend);
    await show(backend);
    clock.now += DAY;
    assert.equal(expectKind(await wait(frontend, [id]), "settled").asked[0]?.state, "expired");
  });

  law(
    "an answer does not expire: it waits for its asker",
    async ({ join, leave, ask, reply, take, clock }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      await reply(backend, id);
      await leave(frontend);
      clock.now += 3 * DAY;
      assert.deepEqual(idsOf((await take(await join("frontend"))).replies), [id]);
    },
  );

  law(
    "a finished question is forgotten after 30 days, and not before",
    async ({ join, ask, show, reply, store, clock, stateOf }) => {
      const [frontend, backend] = [await join("frontend"), await join("backend")];
      const id = await ask(frontend, backend);
      await reply(backend, id);
      await store.stopWaiting(endOf(frontend, [id], clock.now));
      await show(frontend);
      clock.now += FORGOTTEN_AFTER - 1;
      await store.forget(clock.now - FORGOTTEN_AFTER, "all");
      assert.equal(await stateOf(id), "answered");
      clock.now += 1;
      await store.forget(clock.now - FORGOTTEN_AFTER, "all");
      assert.equal(await stateOf(id), undefined);
      await refusal(reply(backend, id), "unknown_question");
    },
  );
}
