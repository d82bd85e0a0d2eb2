import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { TestServer } from "../support/server.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** Frontend and three that it may ask. */
async function office(t: TestContext) {
  const world = openWorld(t);
  const names = ["frontend", "one", "two", "three"];
  const [frontend, one, two, three] = await Promise.all(names.map((name) => world.server(name)));
  for (const name of names) await seesPeer(must(frontend), name);
  return { world, frontend: must(frontend), one: must(one), two: must(two), three: must(three) };
}

const ALL = ["one", "two", "three"];
const ask = (frontend: TestServer, to: readonly string[] | "*", more: object = {}) =>
  frontend.call("ask_peer", { to, question: "Which port?", ...more });
const repliesOf = async (server: TestServer) =>
  ((await server.call("poll_inbox")).replies ?? []).map(({ from, answer }) => [from, answer]);

describe("ask_peer of several", { concurrency: 2 }, () => {
  test("gives all answers, each under its recipient, in the order of the names", async (t) => {
    const { frontend, one, two, three } = await office(t);
    const asking = ask(frontend, ["two", "One", "three", "two"]);
    await Promise.all([answerNext(one, "1"), answerNext(two, "2"), answerNext(three, "3")]);
    const { status, answers = [], error } = await asking;
    assert.equal(error, undefined);
    assert.deepEqual(
      [status, answers.map(({ status, to, answer }) => [status, to, answer])],
      [
        "answered",
        [
          ["answered", "two", "2"],
          ["answered", "one", "1"],
          ["answered", "three", "3"],
        ],
      ],
    );
    assert.equal(new Set(answers.map(({ question_id }) => question_id)).size, 3);
    assert.deepEqual(await repliesOf(frontend), []);
  });

  test("by the star asks every live peer but those that do not accept it", async (t) => {
    const { world, frontend, one, two, three } = await office(t);
    world.project("closed", '{ "accept": ["one"] }');
    const closed = await world.server("closed");
    await seesPeer(frontend, "closed");
    await three.close();
    const asking = ask(frontend, "*");
    await Promise.all([answerNext(one, "1"), answerNext(two, "2")]);
    const { status, answers = [] } = await asking;
    assert.deepEqual([status, answers.map(({ to }) => to).sort()], ["answered", ["one", "two"]]);
    assert.deepEqual((await closed.call("poll_inbox")).questions, []);
    assert.match(
      must((await ask(frontend, ["one", "closed"])).error),
      /"closed" takes questions only from one/,
    );
    assert.deepEqual((await one.call("poll_inbox")).questions, []);
  });

  test("by the star of one that is alone says so", async (t) => {
    const server = await openWorld(t).server("frontend");
    assert.match(must((await ask(server, "*")).error), /No other session is live/);
  });

  test("that needs any takes back what nobody saw and leaves the rest to the inbox", async (t) => {
    const { frontend, one, two, three } = await office(t);
    const asking = ask(frontend, ALL, { need: "any" });
    const { question_id } = await nextQuestion(two);
    await answerNext(one, "first");
    const { status, answers = [] } = await asking;
    assert.deepEqual(
      [status, answers.map(({ status, answer }) => [status, answer])],
      [
        "answered",
        [
          ["answered", "first"],
          ["pending", undefined],
          ["cancelled", undefined],
        ],
      ],
    );
    assert.deepEqual((await three.call("poll_inbox")).questions, []);
    await two.call("reply_to_peer", { question_id, answer: "late" });
    assert.deepEqual(await repliesOf(frontend), [["two", "late"]]);
  });

  test("that needs two returns with two; the third comes to the inbox", async (t) => {
    const { frontend, one, two, three } = await office(t);
    const asking = ask(frontend, ALL, { need: 2 });
    await Promise.all([answerNext(one, "1"), answerNext(three, "3")]);
    const { status, answers = [] } = await asking;
    assert.deepEqual(
      [status, answers.map(({ status }) => status)],
      ["answered", ["answered", "pending", "answered"]],
    );
    await answerNext(two, "late");
    assert.deepEqual(await repliesOf(frontend), [["two", "late"]]);
  });

  test("that needs any is not satisfied by one that declines", async (t) => {
    const { frontend, one, two } = await office(t);
    const asking = ask(frontend, ["one", "two"], { need: "any" });
    const { question_id } = await nextQuestion(one);
    await one.call("reply_to_peer", { question_id, answer: "not mine", decline: true });
    await answerNext(two, "2");
    const { status, answers = [] } = await asking;
    assert.deepEqual(
      [status, answers.map(({ status, answer }) => [status, answer])],
      [
        "answered",
        [
          ["declined", "not mine"],
          ["answered", "2"],
        ],
      ],
    );
  });

  test("with one asleep waits for the others alone", async (t) => {
    const { frontend, one, two, three } = await office(t);
    await three.close();
    const asking = ask(frontend, ALL);
    await Promise.all([answerNext(one, "1"), answerNext(two, "2")]);
    const { answers = [] } = await asking;
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["answered", "answered", "queued"],
    );
  });

  test("that all sleep is queued at once", async (t) => {
    const { frontend, one, two } = await office(t);
    await Promise.all([one.close(), two.close()]);
    const { status, answers = [] } = await ask(frontend, ["one", "two"]);
    assert.deepEqual([status, answers.map(({ status }) => status)], ["queued", ["queued", "queued"]]);
  });

  test("one of whom dies ends when the others have answered", async (t) => {
    const { frontend, one, two } = await office(t);
    const asking = ask(frontend, ["one", "two"]);
    await nextQuestion(one);
    await one.kill("SIGKILL");
    await answerNext(two, "2");
    const { status, answers = [] } = await asking;
    assert.deepEqual([status, answers.map(({ status }) => status)], ["peer_left", ["peer_left", "answered"]]);
  });

  test("is interrupted by a question and goes on with await_reply for all of them", async (t) => {
    const { frontend, one, two, three } = await office(t);
    const asking = ask(frontend, ["one", "two"]);
    await answerNext(one, "1");
    await nextQuestion(two);
    const other = three.call("ask_peer", { to: "frontend", question: "Which colour?" });
    const { status, answers = [], questions = [] } = await asking;
    assert.deepEqual([status, questions.map(({ from }) => from)], ["interrupted", ["three"]]);
    assert.deepEqual(
      answers.map(({ status, answer }) => [status, answer]),
      [
        ["answered", "1"],
        ["interrupted", undefined],
      ],
    );
    await frontend.call("reply_to_peer", { question_id: questions[0]?.question_id, answer: "blue" });
    assert.equal((await other).answer, "blue");
    const again = frontend.call("await_reply", {
      question_id: answers.map(({ question_id }) => question_id),
    });
    await answerNext(two, "2");
    const all = await again;
    assert.deepEqual([all.status, all.answers?.map(({ answer }) => answer)], ["answered", ["1", "2"]]);
  });

  for (const [how, need] of [
    ["need any", "any"],
    ["need one", 1],
  ] as const) {
    test(`await_reply of several with ${how} returns with the first answer`, async (t) => {
      const { frontend, one, two } = await office(t);
      const { answers = [] } = await ask(frontend, ["one", "two"], { timeout_seconds: 1 });
      const ids = answers.map(({ question_id }) => question_id);
      const again = frontend.call("await_reply", { question_id: ids, need });
      await nextQuestion(one);
      await answerNext(two, "2");
      const { status, answers: later = [] } = await again;
      assert.deepEqual([status, later.map(({ status }) => status)], ["answered", ["pending", "answered"]]);
    });
  }

  test("shows an answer that stood in a result that timed out only there", async (t) => {
    const { frontend, one } = await office(t);
    const asking = ask(frontend, ["one", "two"], { timeout_seconds: 5 });
    await answerNext(one, "1");
    const { status, answers = [] } = await asking;
    assert.deepEqual(
      [status, answers.map(({ status, answer }) => [status, answer])],
      [
        "timed_out",
        [
          ["answered", "1"],
          ["timed_out", undefined],
        ],
      ],
    );
    assert.deepEqual(await repliesOf(frontend), []);
  });
});

test("input for several is checked strictly", async (t) => {
  const server = await openWorld(t).server("frontend");
  const errorOf = async (tool: string, input: object) => must((await server.call(tool, input)).error);
  const many = Array.from({ length: 17 }, (_, n) => `peer${n}`);
  for (const to of [[], many, ["one", ""], [5], { name: "one" }])
    assert.match(await errorOf("ask_peer", { to, question: "x" }), /^ask_peer: .*"to/, JSON.stringify(to));
  for (const need of ["most", 0, 1.5, -1, [1]])
    assert.match(await errorOf("ask_peer", { to: ["one"], question: "x", need }), /need/, String(need));
  for (const question_id of [[], ["seventeen"], ["q1", {}]])
    assert.match(await errorOf("await_reply", { question_id }), /question_id/, JSON.stringify(question_id));
});
