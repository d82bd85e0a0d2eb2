import assert from "node:assert/strict";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { DAY, endOf, expectKind, idsOf, lawTests, type MakeBackend, refusal, type Stage } from "../stage.ts";

export function answerLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("only the peer that was asked can answer", async (stage) => {
    const { join, reply, stateOf } = stage;
    const { frontend, id } = await asked(stage);
    const stranger = await join("stranger");
    assert.equal((await refusal(reply(stranger, id), "not_yours")).role, "recipient");
    assert.equal((await refusal(reply(frontend, id), "not_yours")).role, "recipient");
    assert.equal(await stateOf(id), "pending");
  });

  law("the first answer wins, a second is refused", async (stage) => {
    const { reply, wait } = stage;
    const { frontend, backend, id } = await asked(stage);
    await reply(backend, id, "first");
    assert.equal((await refusal(reply(backend, id, "second"), "already_closed")).state, "answered");
    assert.equal((await refusal(reply(backend, id, "first", true), "already_closed")).state, "answered");
    assert.equal(expectKind(await wait(frontend, [id]), "settled").asked[0]?.answer, "first");
  });

  law("the same answer again is the same success", async (stage) => {
    const { reply, store } = stage;
    const { frontend, backend, id } = await asked(stage);
    const first = await reply(backend, id, "8080");
    assert.equal(first.asker.id, frontend.id);
    const again = await reply(backend, id, "8080");
    assert.equal(again.asker.id, frontend.id);
    const [entry] = await store.history({ limit: 1, now: stage.clock.now });
    assert.deepEqual([entry?.answer, entry?.state], ["8080", "answered"]);
  });

  law("a declined question is closed, and its reason arrives", async (stage) => {
    const { reply, wait } = stage;
    const { frontend, backend, id } = await asked(stage);
    await reply(backend, id, "not mine to say", true);
    const [asker] = expectKind(await wait(frontend, [id]), "settled").asked;
    assert.deepEqual([asker?.state, asker?.answer], ["declined", "not mine to say"]);
    await reply(backend, id, "not mine to say", true);
    assert.equal((await refusal(reply(backend, id), "already_closed")).state, "declined");
  });

  law("a cancelled or expired question takes no answer", async (stage) => {
    const { store, reply, ask, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.cancel(endOf(frontend, [id], clock.now));
    assert.equal((await refusal(reply(backend, id), "already_closed")).state, "cancelled");
    const old = await ask(frontend, backend, "another");
    clock.now += DAY;
    assert.equal((await refusal(reply(backend, old), "already_closed")).state, "expired");
  });

  law("a question that was never asked is refused by its id", async (stage) => {
    const { backend } = await asked(stage);
    assert.equal((await refusal(stage.reply(backend, 4711), "unknown_question")).id, "q4711");
  });

  law("who answers has seen the question", async (stage) => {
    const { store, reply, clock } = stage;
    const { backend, id } = await asked(stage);
    await reply(backend, id);
    const [entry] = await store.history({ limit: 1, now: clock.now });
    assert.deepEqual([entry?.id, entry?.shownAt], [id, clock.now]);
  });

  law("a reply says whom it goes to and whether a call waits for it", async (stage) => {
    const { store, ask, reply, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    const unawaited = await ask(frontend, backend, "another");
    await store.stopWaiting(endOf(frontend, [unawaited], clock.now));
    const first = await reply(backend, id);
    assert.deepEqual([first.asker.id, first.awaited], [frontend.id, true]);
    assert.equal((await reply(backend, unawaited)).awaited, false);
  });

  law("an answer counts as shown when the asker's showing of it is confirmed", async (stage) => {
    const { store, clock, reply, wait } = stage;
    const { frontend, backend, id } = await asked(stage);
    await reply(backend, id);
    assert.equal(await store.replyShown(id), undefined);
    const { receipt } = expectKind(await wait(frontend, [id]), "settled");
    assert.equal(await store.replyShown(id), undefined);
    assert.deepEqual(await store.confirm(receipt, clock.now), [backend.id]);
    assert.equal(await store.replyShown(id), "shown");
  });

  law("a late answer comes to the inbox exactly once", async (stage) => {
    const { store, reply, show, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.stopWaiting(endOf(frontend, [id], clock.now));
    await reply(backend, id, "late");
    const [late] = (await show(frontend)).replies;
    assert.deepEqual(
      [late?.id, late?.from, late?.body, late?.answer, late?.declined, late?.showing],
      [id, "backend", "Which port?", "late", false, "first"],
    );
    assert.deepEqual((await show(frontend, "open")).replies, []);
  });

  law("an answer that was taken and not confirmed is taken again, marked", async (stage) => {
    const { store, reply, take, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.stopWaiting(endOf(frontend, [id], clock.now));
    await reply(backend, id);
    await take(frontend);
    assert.deepEqual((await take(frontend)).replies, []);
    clock.now += HANDING_LEASE;
    const [again] = (await take(frontend)).replies;
    assert.deepEqual([again?.id, again?.showing], [id, "unconfirmed"]);
  });

  law("an answer that was settled and not written comes to the inbox", async (stage) => {
    const { store, reply, wait, take } = stage;
    const { frontend, backend, id } = await asked(stage);
    await reply(backend, id);
    const { receipt } = expectKind(await wait(frontend, [id]), "settled");
    assert.deepEqual((await take(frontend)).replies, []);
    await store.release(receipt);
    assert.deepEqual(idsOf((await take(frontend)).replies), [id]);
  });

  law("an answer reaches its asker after a restart under the same name", async (stage) => {
    const { join, leave, reply, take } = stage;
    const { frontend, backend, id } = await asked(stage);
    await leave(frontend);
    await reply(backend, id);
    assert.deepEqual(idsOf((await take(await join("frontend"))).replies), [id]);
  });

  law("an answer reaches its asker's project after the asker's name went to another", async (stage) => {
    const { join, leave, ask, reply, take } = stage;
    const backend = await join("backend");
    const asker = await join("frontend", { host: "client", rename: "shop" });
    const id = await ask(asker, backend);
    await leave(asker);
    await join("elsewhere", { rename: "shop" });
    await reply(backend, id);
    const again = await join("frontend");
    assert.equal(again.name, "frontend");
    assert.deepEqual(idsOf((await take(again)).replies), [id]);
  });
}

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}
