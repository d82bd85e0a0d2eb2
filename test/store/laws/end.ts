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

  law("a host that was taken for gone is told so, and has its address back as it left it", async (stage) => {
    const { join, ask, store, clock } = stage;
    const session = { host: "client", sessionId: "two", sessionIsCurrent: true };
    const frontend = await join("frontend");
    const backend = await join("backend", { ...session, rename: "orders", summary: "the orders API" });
    const beat = { peer: backend.id, host: backend.host, permissionMode: "plan", now: clock.now };
    assert.equal(await store.touch(beat), true);
    await store.bury(["client"], clock.now);
    assert.equal(await store.touch(beat), false);
    const id = await ask(frontend, backend);
    // Its project's next session, on another host.
    const other = await join("backend");
    assert.equal(await store.touch(beat), false);
    // By its server, which knows the session that it was started with.
    const server = "server of client";
    const again = await join("backend", { host: "client", sessionId: "one", server });
    assert.deepEqual(again, { ...backend, server, serverDueAt: again.serverDueAt, permissionMode: "plan" });
    assert.deepEqual([other.name, idsOf((await stage.take(again)).questions)], ["backend", [id]]);
    assert.equal(await store.touch(beat), true);
  });

  law("a host whose address is another one's by now gets a new one", async ({ join, store, clock }) => {
    const first = await join("backend", { host: "client" });
    await store.bury(["client"], clock.now);
    const other = await join("backend");
    assert.equal(other.id, first.id);
    assert.equal(await store.touch({ peer: first.id, host: "client", now: clock.now }), false);
    assert.equal((await join("backend", { host: "client" })).name, "backend-2");
    assert.equal((await store.peerOf(must(other.host)))?.name, "backend");
  });

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
