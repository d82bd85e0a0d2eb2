import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  bashCall,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  requestsOf,
  stepOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText, lastToolResult } from "./support/request.ts";
import { logged, waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

const ASK = { name: meshTool("ask_peer"), input: { to: "observer", question: "Which port?" } };
/** Two steps that stay open: by the permission question of the second call, and by what a command does after it asked. */
const OPEN_STEPS = {
  "a tool": { calls: [ASK, bashCall("touch port")], allowed: [], screen: /touch port/ },
  "the command in a Bash tool": {
    calls: [bashCall("claude-mesh ask observer 'Which port?' && sleep 100")],
    allowed: ["Bash(claude-mesh:*)", "Bash(sleep:*)"],
    screen: /sleep 100/,
  },
};

for (const version of versions) {
  for (const [what, { calls, allowed, screen }] of Object.entries(OPEN_STEPS))
    test(`${version}: an answer that ${what} had when Esc ended the step comes after /clear`, async () => {
      await using world = await makeWorld({ version });
      await using observer = await observe(world);
      const { model } = world;
      model.script("frontend", stepOf(...calls));
      const frontend = await openPeer(world, "frontend", { args: allowed });
      await frontend.type("go on");
      await waitForQuestion(world, "q1", () => true);
      const reply = await observer.call("reply_to_peer", { question_id: "q1", answer: "port 8080" });
      assert.equal(reply["status"], "queued");
      await frontend.waitForScreen(screen);
      await frontend.press("Escape");
      await frontend.waitForScreen(/Interrupted/);
      await frontend.press("C-u");
      await frontend.waitForIdle();
      assert.equal((await logged(world))["q1"]?.answer_shown_at, null);
      await frontend.type("/clear");
      await frontend.waitForIdle(20_000);
      await ping(model, frontend);
      await ping(model, frontend);
      const withAnswer = requestsOf(model, "frontend").filter((request) =>
        allText(request).includes("port 8080"),
      );
      assert.ok(withAnswer.length > 0);
      assert.notEqual((await logged(world))["q1"]?.answer_shown_at, null);
      assert.deepEqual(model.scriptErrors, []);
    });

  test(`${version}: a question that Esc left is shown anew when it is asked again`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const answer = answering(() => "port 8080");
    let thinks = true;
    model.script("backend", (request) => {
      if (!thinks) return answer(request);
      // A step, so that the question counts as shown.
      if (questionsIn(request).length > 0)
        return { tools: [{ name: "Bash", input: { command: "ls", description: "look" } }] };
      return new Promise(() => {});
    });
    const backend = await openPeer(world, "backend", { args: ["--allowedTools", "Bash"] });
    const ask = (seconds: number) =>
      observer.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: seconds });
    const first = ask(120);
    await model.waitFor("backend", (request) => lastToolResult(request) !== undefined, 30_000);
    await backend.interrupt();
    assert.equal((await logged(world))["q1"]?.state, "shown");
    await observer.waitForPeer("backend", ({ activity }) => activity === "idle");
    thinks = false;
    const again = await ask(60);
    assert.deepEqual(
      [again["status"], again["question_id"], again["answer"]],
      ["answered", "q1", "port 8080"],
    );
    assert.equal((await first)["answer"], "port 8080");
    assert.deepEqual(model.scriptErrors, []);
  });
}
