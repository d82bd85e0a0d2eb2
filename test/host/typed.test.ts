import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  bashCall,
  calling,
  openPeer,
  ping,
  questionsOf,
  repliesOf,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText, lastToolResult, type ModelRequest } from "./support/request.ts";
import { logged, waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

const timesIn = (words: string, request: ModelRequest | undefined) =>
  request === undefined ? 0 : allText(request).split(words).length - 1;

// The newest client runs UserPromptSubmit for a line that is typed in the middle of a turn, and for the word of a task that ended
// there. 2.1.197 does not.
test("a line that was typed in the middle of a turn and taken back loses nothing", async () => {
  await using world = await makeWorld();
  await using observer = await observe(world);
  const { model } = world;
  const thinking = Promise.withResolvers<void>();
  let step = 0;
  const answer = answering(() => "yellow");
  model.script("frontend", async (request) => {
    step += 1;
    if (step === 1)
      return calling("ask_peer", { to: "observer", question: "Which port?", timeout_seconds: 1 });
    if (step === 2) await thinking.promise;
    return answer(request);
  });
  const frontend = await openPeer(world, "frontend");
  await frontend.type("go on");
  await model.waitFor("frontend", (request) => lastToolResult(request) !== undefined, 30_000);
  const reply = await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
  assert.equal(reply["status"], "queued");
  const ask = { to: "frontend", question: "Which colour?", timeout_seconds: 1 };
  assert.equal((await observer.call("ask_peer", ask))["status"], "timed_out");
  await frontend.type("note this");
  await frontend.waitForScreen(/note this/);
  await frontend.press("Up");
  await frontend.press("C-u");
  const before = await logged(world);
  assert.equal(before["q1"]?.answer_shown_at, null);
  assert.equal(before["q2"]?.state, "pending");
  thinking.resolve();
  await waitForQuestion(world, "q1", (question) => question.answer_shown_at !== null);
  await waitForQuestion(world, "q2", (question) => question.state === "answered");
  await observer.waitForPeer("frontend", ({ activity }) => activity === "idle");
  await frontend.waitForIdle(20_000);
  await ping(model, frontend);
  const last = requestsOf(model, "frontend").at(-1);
  assert.equal(timesIn("port 8080", last), 1);
  assert.equal(timesIn("Which colour?", last), 1);
  assert.equal((await logged(world))["q2"]?.state, "answered");
  assert.deepEqual(model.scriptErrors, []);
});

for (const version of versions) {
  test(`${version}: what a turn was shown is not shown again with a line typed in its middle`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const thinking = Promise.withResolvers<void>();
    let step = 0;
    model.script("frontend", async () => {
      step += 1;
      if (step === 1) return calling("ask_peer", { to: "observer", question: "Which port?" });
      if (step === 2) await thinking.promise;
      return { text: "done" };
    });
    const frontend = await openPeer(world, "frontend");
    await frontend.type("go on");
    await waitForQuestion(world, "q1", () => true);
    const reply = await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    assert.equal(reply["status"], "delivered");
    await frontend.type("note this");
    await frontend.waitForScreen(/note this/);
    thinking.resolve();
    await model.waitFor("frontend", (request) => allText(request).includes("note this"), 20_000);
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    const last = requestsOf(model, "frontend").at(-1);
    assert.equal(last && repliesOf(last).length, 1);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`${version}: a task that ends beside a wait has nothing shown twice`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const task = bashCall("sleep 1");
    const steps = [
      { tools: [{ ...task, input: { ...task.input, run_in_background: true } }] },
      calling("ask_peer", { to: "observer", question: "Which port?" }),
    ];
    model.script("frontend", () => steps.shift() ?? { text: "done" });
    const frontend = await openPeer(world, "frontend", { args: ["Bash"] });
    await frontend.type("go on");
    await waitForQuestion(world, "q1", () => true);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    await model.waitFor("frontend", (request) => allText(request).includes("task-notification"), 20_000);
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    const last = requestsOf(model, "frontend").at(-1);
    assert.deepEqual([last && repliesOf(last), last && questionsOf(last)], [["q1"], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
