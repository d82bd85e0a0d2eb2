import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  questionsOf,
  repliesIn,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastToolResult } from "./support/request.ts";
import { logged, waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`${version}: a question whose request failed wakes its session again`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const answer = answering(() => "port 8080");
    let failures = 1;
    model.script("backend", (request) =>
      questionsIn(request).length > 0 && failures-- > 0 ? { status: 400 } : answer(request),
    );
    await openPeer(world, "backend");
    const asked = await observer.call("ask_peer", {
      to: "backend",
      question: "Which port?",
      timeout_seconds: 60,
    });
    assert.deepEqual([asked["status"], asked["answer"]], ["answered", "port 8080"]);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`${version}: one whose requests all fail is not shown, and comes with the next prompt`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const answer = answering(() => "port 8080");
    let fails = true;
    model.script("backend", (request) =>
      fails && questionsIn(request).length > 0 ? { status: 400 } : answer(request),
    );
    const backend = await openPeer(world, "backend");
    const ask = { to: "backend", question: "Which port?", timeout_seconds: 20 };
    assert.equal((await observer.call("ask_peer", ask))["status"], "timed_out");
    assert.equal((await logged(world))["q1"]?.state, "pending");
    // The client itself sends some requests of a turn more than once.
    assert.deepEqual(requestsOf(model, "backend").map(questionsOf).at(-1), ["q1", "q1"]);
    fails = false;
    await ping(model, backend);
    const { state } = await waitForQuestion(world, "q1", (question) => question.state === "answered");
    assert.equal(state, "answered");
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`${version}: an answer whose request failed comes again, in another conversation, too`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const ask = asking();
    let fails = true;
    model.script("frontend", (request) =>
      fails && lastToolResult(request) !== undefined ? { status: 400 } : ask(request),
    );
    const frontend = await openPeer(world, "frontend");
    await frontend.type("ask observer: Which port?");
    await observer.waitForPeer("frontend", ({ activity }) => activity === "asking");
    await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    await frontend.waitForScreen(/scripted error/, 30_000);
    assert.equal((await logged(world))["q1"]?.answer_shown_at, null);
    await frontend.type("/clear");
    fails = false;
    await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 30_000);
    await frontend.waitForIdle(20_000);
    await waitForQuestion(world, "q1", (question) => question.answer_shown_at !== null);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`${version}: an answer that a run had no turn left to read waits for its folder`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    model.script("robot", asking({ timeout_seconds: 30 }));
    const project = world.projectOf("robot");
    const args = ["--allowedTools", meshTool("ask_peer"), "--max-turns", "1"];
    const run = client.runPrint({ project, key: "robot", prompt: "ask observer: Which port?", args });
    await waitForQuestion(world, "q1", () => true);
    await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    await run;
    assert.equal(requestsOf(model, "robot").length, 1);
    assert.equal((await logged(world))["q1"]?.answer_shown_at, null);
    assert.deepEqual(model.scriptErrors, []);
  });
}
