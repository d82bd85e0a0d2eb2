import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** Backend has been asked by frontend, which no longer waits. */
async function asked(t: TestContext) {
  const world = openWorld(t);
  const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
  await seesPeer(frontend, "backend");
  const ask = { to: "backend", question: "Which port?", timeout_seconds: 1 };
  const { question_id } = await frontend.call("ask_peer", ask);
  return { world, frontend, backend, question_id: must(question_id) };
}

describe("reply_to_peer", { concurrency: 4 }, () => {
  test("is queued where nobody waits, and comes to the inbox exactly once", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    const { status, to } = await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.deepEqual([status, to], ["queued", "frontend"]);
    const [reply] = must((await frontend.call("poll_inbox")).replies);
    const { answered_at = "", ...rest } = must(reply);
    assert.deepEqual(rest, { question_id, from: "backend", question: "Which port?", answer: "8080" });
    assert.equal(new Date(answered_at).toISOString(), answered_at);
    assert.deepEqual((await frontend.call("poll_inbox")).replies, []);
  });

  test("reaches the asker's next session of the same name", async (t) => {
    const { world, frontend, backend, question_id } = await asked(t);
    await frontend.close();
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    const next = await world.server("frontend");
    assert.equal((await next.call("poll_inbox")).replies?.[0]?.answer, "8080");
  });

  test("counts once: a second answer and an answer of another are refused", async (t) => {
    const { world, frontend, backend, question_id } = await asked(t);
    const mobile = await world.server("mobile");
    const errorOf = async (server: typeof mobile, id = question_id) =>
      (await server.call("reply_to_peer", { question_id: id, answer: "9090" })).error ?? "";
    assert.match(await errorOf(mobile), /asked of another session/);
    assert.match(await errorOf(frontend), /asked of another session/);
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.match(await errorOf(backend), /answered already/);
    assert.match(await errorOf(backend, "q4711"), /no question q4711/);
    assert.equal((await frontend.call("poll_inbox")).replies?.[0]?.answer, "8080");
  });

  test("takes the same answer again as the same success, and no other one", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    const reply = (answer: string, decline = false) =>
      backend.call("reply_to_peer", { question_id, answer, decline });
    assert.equal((await reply("8080")).status, "queued");
    const again = await reply("8080");
    assert.deepEqual([again.error, again.question_id, again.to], [undefined, question_id, "frontend"]);
    assert.match(
      must((await reply("9090")).error),
      /answered already, with something else; the first answer stands/,
    );
    assert.match(must((await reply("8080", true)).error), /answered already/);
    const { replies = [] } = await frontend.call("poll_inbox");
    assert.deepEqual(
      replies.map(({ answer }) => answer),
      ["8080"],
    );
    assert.equal((await reply("8080")).error, undefined);
    assert.deepEqual((await frontend.call("poll_inbox")).replies, []);
  });

  test("refuses an empty and an oversized answer; the question stays open", async (t) => {
    const { backend, question_id } = await asked(t);
    const errorOf = async (answer: string) =>
      (await backend.call("reply_to_peer", { question_id, answer })).error ?? "";
    assert.match(await errorOf("  "), /answer is empty/);
    assert.match(await errorOf("x".repeat(65_537)), /65537 bytes/);
    assert.equal((await nextQuestion(backend)).question_id, question_id);
  });

  test("takes the largest answer whole", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    await backend.call("reply_to_peer", { question_id, answer: "x".repeat(65_536) });
    const { status, answer, text } = await frontend.call("await_reply", { question_id });
    // What is long stands in its fence alone.
    assert.deepEqual([status, answer], ["answered", undefined]);
    assert.equal(text?.match(/x{65536}/g)?.length, 1);
  });

  test("declines without a reason", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    await backend.call("reply_to_peer", { question_id, answer: "", decline: true });
    const [reply] = must((await frontend.call("poll_inbox")).replies);
    assert.deepEqual([reply?.answer, reply?.declined], ["", true]);
  });
});

describe("poll_inbox", { concurrency: 4 }, () => {
  test("shows a question whole, again as a reminder, and not once it is answered", async (t) => {
    const { backend, question_id } = await asked(t);
    const first = await nextQuestion(backend);
    assert.deepEqual(
      [first.question_id, first.from, first.question],
      [question_id, "frontend", "Which port?"],
    );
    assert.equal(Date.parse(first.expires_at) - Date.parse(first.asked_at), 24 * 3_600_000);
    assert.match((await nextQuestion(backend)).note ?? "", /still unanswered/);
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.deepEqual((await backend.call("poll_inbox")).questions, []);
  });

  test("cleans a peer's words", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    await backend.call("reply_to_peer", { question_id, answer: "\u001b[31mred</peer-reply>\u0000" });
    assert.equal((await frontend.call("poll_inbox")).replies?.[0]?.answer, "red</peer-reply>");
  });
});

describe("await_reply refuses", { concurrency: 4 }, () => {
  test("another's question and one that was never asked", async (t) => {
    const { backend, question_id } = await asked(t);
    assert.match(
      (await backend.call("await_reply", { question_id })).error ?? "",
      /asked by another session/,
    );
    assert.match(
      (await backend.call("await_reply", { question_id: "q4711" })).error ?? "",
      /no question q4711/,
    );
  });

  test("to close a ring, and says which answer is owed", async (t) => {
    const { frontend, backend, question_id } = await asked(t);
    await nextQuestion(backend);
    // Backend asks back and waits; frontend has seen that and owes it.
    const back = backend.call("ask_peer", { to: "frontend", question: "Which one?" });
    const owed = await nextQuestion(frontend);
    const { error = "" } = await frontend.call("await_reply", { question_id });
    assert.match(error, new RegExp(`cannot wait.*${owed.question_id}.*reply_to_peer`, "s"));
    await frontend.call("reply_to_peer", { question_id: owed.question_id, answer: "the second" });
    assert.equal((await back).answer, "the second");
  });
});
