import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answering,
  asking,
  bashCall,
  calling,
  heard,
  openPeer,
  ping,
  questionsIn,
  repliesIn,
  requestsOf,
  saying,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText, lastUserText } from "./support/request.ts";
import { waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

// 2.1.197 moves no calls to the background.
test("an ask that the host moved to the background", async (t) => {
  await using world = await makeWorld();
  await using observer = await observe(world);
  const { model } = world;
  let gate = Promise.withResolvers<void>();
  const answer = answering((id) => `port 8080 says ${id}`);
  model.script(
    "frontend",
    answering(() => "yellow", asking()),
  );
  model.script("backend", async (request) => {
    if (questionsIn(request).length > 0) await gate.promise;
    return answer(request);
  });
  const backend = await openPeer(world, "backend");
  const env = { CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS: "1500" };
  const frontend = await openPeer(world, "frontend", { env });

  /** Asks and waits until the turn has ended without an answer. */
  async function askInBackground(question: string): Promise<void> {
    const before = requestsOf(model, "frontend").length;
    await frontend.type(`ask backend: ${question}`);
    await model.waitFor("backend", (request) => saying(question)(request), 20_000);
    await model.waitFor("frontend", () => requestsOf(model, "frontend").length === before + 2, 20_000);
    await frontend.waitForIdle(20_000);
    const row = await observer.waitForPeer("frontend", () => true);
    assert.equal(row.activity, "asking");
  }

  await t.test("brings its answer as a notification, once", async () => {
    await askInBackground("Which port?");
    const before = requestsOf(model, "frontend").length;
    gate.resolve();
    const notified = await model.waitFor("frontend", saying("port 8080 says q1"), 20_000);
    assert.deepEqual(repliesIn(notified), ["q1"]);
    await frontend.waitForIdle(20_000);
    await backend.waitForIdle(20_000);
    await ping(model, frontend);
    const after = requestsOf(model, "frontend").slice(before);
    assert.deepEqual(after.map(saying("port 8080 says q1")), [true, false]);
    assert.deepEqual(after.map(repliesIn), [["q1"], []]);
  });

  await t.test("is interrupted by a question, which is shown there, once", async () => {
    gate = Promise.withResolvers<void>();
    await askInBackground("Which host?");
    const before = requestsOf(model, "frontend").length;
    const asked = observer.call("ask_peer", {
      to: "frontend",
      question: "Which colour?",
      timeout_seconds: 60,
    });
    const shown = await model.waitFor("frontend", saying("Which colour?"), 20_000);
    assert.match(lastUserText(shown), /"status":"interrupted"/);
    assert.deepEqual(questionsIn(shown), ["q3"]);
    const answered = await asked;
    assert.deepEqual([answered["status"], answered["answer"]], ["answered", "yellow"]);
    await frontend.waitForIdle(20_000);
    gate.resolve();
    // Nobody waits any more: the answer comes to the inbox, which wakes.
    await model.waitFor("frontend", (request) => repliesIn(request).includes("q2"), 20_000);
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    const after = requestsOf(model, "frontend").slice(before);
    // The notification, the reply's result, the woken turn with the answer, the ping.
    assert.deepEqual(after.map(questionsIn), [["q3"], [], [], []]);
    assert.deepEqual(after.map(repliesIn), [[], [], ["q2"], []]);
    assert.match(await heard(model, "backend", '"status":"queued"'), /q2/);
    assert.deepEqual(model.scriptErrors, []);
  });
});

// Its user sends a line at once; the client then moves the call, long before its time.
test("an ask that its user moved to the background", async (t) => {
  for (const [what, answer] of [
    ["a short answer", "port 8080."],
    ["a long one", `BEGIN${"<".repeat(60_000)}END`],
  ] as const)
    await t.test(`brings ${what} whole, and once`, async () => {
      await using world = await makeWorld();
      await using observer = await observe(world);
      const { model } = world;
      const steps = [
        calling("ask_peer", { to: "observer", question: "Which port?" }),
        { tools: [bashCall("sleep 4")] },
        { tools: [bashCall("sleep 1")] },
      ];
      model.script("frontend", async (request) => {
        if (saying("more wait")(request) || saying("too long")(request)) return calling("poll_inbox");
        return (saying("ping-")(request) ? undefined : steps.shift()) ?? { text: "done" };
      });
      const frontend = await openPeer(world, "frontend", { args: ["Bash"] });
      await frontend.type("go on");
      await waitForQuestion(world, "q1", () => true);
      await frontend.type("note this");
      await frontend.waitForScreen(/send now/);
      await frontend.press("C-x");
      await frontend.press("C-s");
      await model.waitFor("frontend", saying("moved to the background"), 20_000);
      await observer.call("reply_to_peer", { question_id: "q1", answer });
      await waitForQuestion(world, "q1", (question) => question.answer_shown_at !== null, 30_000);
      await frontend.waitForIdle(20_000);
      await ping(model, frontend);
      const last = requestsOf(model, "frontend").at(-1);
      const text = last === undefined ? "" : allText(last).replaceAll("&lt;", "<");
      // A short one stands by itself, too, beside its fence.
      assert.equal(text.split(answer).length - 1, answer.length < 1_000 ? 2 : 1);
      assert.deepEqual(model.scriptErrors, []);
    });
});
