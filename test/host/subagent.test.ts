import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  calling,
  done,
  openPeer,
  ping,
  questionsIn,
  repliesOf,
  requestsOf,
  saying,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastToolResult } from "./support/request.ts";
import { statesOf, waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

const TASK = "Find out the port.";

for (const version of versions) {
  test(`claude ${version}: a background subagent's wait goes on while its session is woken and answers`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const gate = Promise.withResolvers<void>();
    const answer = answering((id) => `port 8080 says ${id}`);
    model.script("backend", async (request) => {
      if (questionsIn(request).length > 0) await gate.promise;
      return answer(request);
    });
    const launch = {
      name: "Agent",
      input: {
        description: "Find the port",
        prompt: TASK,
        subagent_type: "general-purpose",
        run_in_background: true,
      },
    };
    const session = answering(
      () => "yellow",
      (request) => (saying("send somebody")(request) ? { tools: [launch] } : done(request)),
    );
    model.script("frontend", (request) => {
      if (request.agent === undefined) return session(request);
      if (saying(TASK)(request)) return calling("ask_peer", { to: "backend", question: "Which port?" });
      return { text: "the subagent is done" };
    });
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    await frontend.type("send somebody");
    await model.waitFor("backend", (request) => questionsIn(request).includes("q1"), 30_000);
    await frontend.waitForIdle(20_000);
    const ofAgent = () => requestsOf(model, "frontend").filter((request) => request.agent !== undefined);
    const ofSession = () => requestsOf(model, "frontend").filter((request) => request.agent === undefined);
    assert.equal(ofAgent().length, 1);
    // The client's own word is `busy` as long as the subagent works.
    await observer.waitForPeer("frontend", (peer) => peer.activity === "idle");

    // Nobody types to the session.
    for (const [id, question] of [
      ["q2", "Which colour?"],
      ["q3", "Which shape?"],
    ] as const) {
      const asked = { to: "frontend", question, timeout_seconds: 60 };
      const result = await observer.call("ask_peer", asked);
      assert.deepEqual(
        [result["status"], result["question_id"], result["answer"]],
        ["answered", id, "yellow"],
      );
      await frontend.waitForIdle(20_000);
      // Backend's turn thinks about it all the while.
      assert.equal((await statesOf(world))["q1"], "pending");
    }
    assert.equal(ofAgent().length, 1);

    gate.resolve();
    const heard = await model.waitFor(
      "frontend",
      (request) => request.agent !== undefined && saying("port 8080 says q1")(request),
      30_000,
    );
    assert.deepEqual(repliesOf(heard), ["q1"]);
    await model.waitFor(
      "frontend",
      (request) => request.agent === undefined && saying("the subagent is done")(request),
      30_000,
    );
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    assert.deepEqual(ofSession().flatMap(questionsIn), ["q2", "q3"]);
    assert.deepEqual(ofAgent().flatMap(questionsIn), []);
    assert.deepEqual(
      ofSession().filter((request) => repliesOf(request).length > 0),
      [],
    );
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: an answer that a subagent had no turn left to read is its session's`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const launch = {
      name: "Agent",
      input: { description: "Find the port", prompt: TASK, subagent_type: "finder" },
    };
    model.script("frontend", (request) => {
      if (request.agent !== undefined)
        return calling("ask_peer", { to: "observer", question: "Which port?" });
      return saying("send somebody")(request) ? { tools: [launch] } : { text: "done" };
    });
    const finder = { description: "finds", prompt: "You find.", maxTurns: 1 };
    const frontend = await openPeer(world, "frontend", { args: ["--agents", JSON.stringify({ finder })] });
    await frontend.type("send somebody");
    await waitForQuestion(world, "q1", () => true);
    await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    const shown = await model.waitFor("frontend", (request) => repliesOf(request).includes("q1"), 30_000);
    assert.equal(shown.agent, undefined);
    await waitForQuestion(world, "q1", (question) => question.answer_shown_at !== null);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: an answer that went with a subagent's failed request is its session's`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const input = { description: "Find the port", prompt: TASK, subagent_type: "general-purpose" };
    model.script("frontend", (request) => {
      if (request.agent === undefined)
        return saying("send somebody")(request) ? { tools: [{ name: "Agent", input }] } : { text: "done" };
      if (lastToolResult(request) !== undefined) return { status: 400 };
      return calling("ask_peer", { to: "observer", question: "Which port?" });
    });
    const frontend = await openPeer(world, "frontend");
    await frontend.type("send somebody");
    await waitForQuestion(world, "q1", () => true);
    await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
    await model.waitFor(
      "frontend",
      (request) => request.agent === undefined && repliesOf(request).includes("q1"),
      30_000,
    );
    await waitForQuestion(world, "q1", (question) => question.answer_shown_at !== null);
    assert.deepEqual(model.scriptErrors, []);
  });
}
