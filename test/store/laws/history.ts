import assert from "node:assert/strict";
import { DAY, idsOf, lawTests, type MakeBackend, SECOND, serverOf } from "../stage.ts";

/** What people are told of the questions there were: nothing that a session was not shown counts as shown by it. */
export function historyLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("tells of each question who asked whom, what became of it and when", async (stage) => {
    const { store, clock, join, ask, show, reply } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const askedAt = clock.now;
    const id = await ask(frontend, backend, "Which port?");
    const [pending] = await store.history({ limit: 10, now: clock.now });
    assert.deepEqual([pending?.state, pending?.shownAt, pending?.answer], ["pending", null, null]);
    clock.now += SECOND;
    await show(backend);
    clock.now += SECOND;
    await reply(backend, id, "8080");
    assert.deepEqual(await store.history({ limit: 10, now: clock.now }), [
      {
        id,
        from: "frontend",
        to: "backend",
        state: "answered",
        body: "Which port?",
        answer: "8080",
        askedAt,
        shownAt: askedAt + SECOND,
        closedAt: askedAt + 2 * SECOND,
        answerShownAt: null,
      },
    ]);
  });

  law("lists the newest first, as many as are wanted, of one peer or of all", async (stage) => {
    const { store, clock, join, ask } = stage;
    const [a, b, c] = [await join("a"), await join("b"), await join("c")];
    const ids = [await ask(a, b), await ask(b, c), await ask(c, a), await ask(c, b)];
    const listed = async (peer: string | undefined, limit: number) =>
      idsOf(await store.history({ peer, limit, now: clock.now }));
    assert.deepEqual(await listed(undefined, 3), [ids[3], ids[2], ids[1]]);
    assert.deepEqual(await listed("a", 10), [ids[2], ids[0]]);
    assert.deepEqual(await listed("nobody", 10), []);
  });

  law("lists what was asked or closed since a moment", async ({ store, clock, join, ask, reply }) => {
    const [a, b] = [await join("a"), await join("b")];
    const early = await ask(a, b, "early");
    const untouched = await ask(a, b, "untouched");
    clock.now += SECOND;
    const since = clock.now;
    await reply(b, early);
    const late = await ask(a, b, "late");
    const listed = idsOf(await store.history({ since, limit: 10, now: clock.now }));
    assert.deepEqual(listed, [late, early]);
    assert.ok(!listed.includes(untouched));
  });

  law("calls expired what nobody has closed yet, and shows nothing to a model", async (stage) => {
    const { store, clock, join, ask, stateOf } = stage;
    const id = await ask(await join("a"), await join("b"));
    await store.history({ limit: 10, now: clock.now });
    assert.equal(await stateOf(id), "pending");
    clock.now += DAY;
    assert.equal((await store.history({ limit: 10, now: clock.now }))[0]?.state, "expired");
    assert.equal(await stateOf(id), "pending");
  });

  law("lists only some questions, those from an id on, or those that are open", async (stage) => {
    const { store, clock, join, ask, reply } = stage;
    const [a, b] = [await join("a"), await join("b")];
    const ids = [await ask(a, b, "one"), await ask(a, b, "two"), await ask(a, b, "three")];
    await reply(b, ids[1] ?? 0);
    const listed = async (request: object) =>
      idsOf(await store.history({ limit: 10, now: clock.now, ...request }));
    assert.deepEqual(await listed({ ids: [ids[2], ids[0]] }), [ids[2], ids[0]]);
    assert.deepEqual(await listed({ ids: [] }), []);
    assert.deepEqual(await listed({ from: ids[1] }), [ids[2], ids[1]]);
    assert.deepEqual(await listed({ open: true }), [ids[2], ids[0]]);
    assert.deepEqual(await listed({ open: true, peer: "a", from: ids[1] }), [ids[2]]);
    clock.now += DAY;
    assert.deepEqual(await listed({ open: true }), []);
  });

  law("tells what waits for peers, hands nothing out and shows nothing", async (stage) => {
    const { store, clock, join, ask, reply, show, stateOf } = stage;
    const [a, b, c] = [await join("a"), await join("b"), await join("c")];
    const pending = await ask(a, b, "pending");
    const answered = await ask(b, c, "answered");
    await reply(c, answered, "yes");
    await store.dropWaits(serverOf(b));
    await ask(a, c, "of another");
    const look = await store.outstanding([b.id], clock.now);
    assert.deepEqual([idsOf(look.questions), idsOf(look.replies)], [[pending], [answered]]);
    assert.equal(look.replies[0]?.answer, "yes");
    assert.equal(await stateOf(pending), "pending");
    const mail = await show(b);
    assert.deepEqual(
      mail.questions.map(({ id, showing }) => [id, showing]),
      [[pending, "first"]],
    );
    assert.deepEqual(idsOf(mail.replies), [answered]);
    const after = await store.outstanding([b.id], clock.now);
    assert.deepEqual([after.questions[0]?.state, after.replies], ["shown", []]);
    clock.now += DAY;
    assert.deepEqual((await store.outstanding([b.id, c.id], clock.now)).questions, []);
  });
  law("tells as much of what waits as is wanted, the oldest first, and each text whole", async (stage) => {
    const { store, clock, join, ask } = stage;
    const [a, b] = [await join("a"), await join("b")];
    const first = await ask(a, b, "first \u001b and more");
    await ask(a, b, "second");
    const { questions, replies } = await store.outstanding([b.id], clock.now, 1);
    assert.deepEqual([idsOf(questions), replies], [[first], []]);
    assert.equal(questions[0]?.body, "first \u001b and more");
    assert.equal((await store.outstanding([b.id], clock.now)).questions.length, 2);
  });
}
