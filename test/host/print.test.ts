import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, done, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { scriptsOfHome } from "./support/processes.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

/** Ends of processes that hang on a `-p` session would show as minutes; this is slack for a loaded machine. */
const PROMPT_MS = 8_000;

for (const version of versions) {
  test(`claude ${version} -p exits promptly, and leaves no process`, async () => {
    await using world = await makeWorld({ version });
    const { model, client } = world;
    const project = world.projectOf("robot");

    /** Runs one session; resolves with the milliseconds from its last model request to its end. */
    async function run(what: string): Promise<void> {
      const { code, stdout, stderr, ms } = await client.runPrint({
        project,
        key: "robot",
        prompt: "hello robot",
      });
      const ended = performance.now();
      assert.deepEqual([code, stdout.trim()], [0, "done"], stderr);
      const last = requestsOf(model, "robot").at(-1);
      const exit = Math.round(ended - (last?.at ?? 0));
      console.log(
        `${version} -p ${what}: ${Math.round(ms)} ms in all, ${exit} ms from the last request to the exit`,
      );
      assert.ok(exit < PROMPT_MS, `${exit} ms`);
      await until(
        () => scriptsOfHome(client.home).length === 0,
        PROMPT_MS,
        () => `left behind: ${scriptsOfHome(client.home)}`,
      );
    }

    async function ask(question: string): Promise<void> {
      await using observer = await observe(world);
      const result = await observer.call("ask_peer", { to: "robot", question });
      assert.equal(result["status"], "queued");
    }

    model.script("robot", done);
    await run("with nothing waiting");
    await ask("Which port?");
    model.script(
      "robot",
      answering(() => "port 8080"),
    );
    await run("with a question that it answers");
    await ask("Which host?");
    model.script("robot", done);
    await run("with a question that it does not answer");
    // Answered at once; or shown and brought up again twice at the end of the turn.
    assert.deepEqual(requestsOf(model, "robot").map(questionsIn), [[], ["q1"], [], ["q2"], ["q2"], ["q2"]]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
