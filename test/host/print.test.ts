import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  done,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  questionsOf,
  repliesOf,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { scriptsOfHome } from "./support/processes.ts";
import { statesOf, waitForQuestion } from "./support/states.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

/** Ends of processes that hang on a `-p` session would show as minutes; this is slack for a loaded machine. */
const PROMPT_MS = 8_000;

for (const version of versions) {
  test(`claude ${version} -p exits promptly, leaves no process, and takes no questions`, async () => {
    await using world = await makeWorld({ version });
    const { model, client } = world;
    const project = world.projectOf("robot");

    // Its server is the one process that is to be there all the time.
    await using observer = await observe(world);
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
        () => scriptsOfHome(client.home).join() === "servers/mcp-server.mjs",
        PROMPT_MS,
        () => `left behind: ${scriptsOfHome(client.home)}`,
      );
    }

    async function ask(question: string): Promise<void> {
      const result = await observer.call("ask_peer", { to: "robot", question });
      assert.equal(result["status"], "queued");
    }

    // The project is known by a session that a user had there.
    const session = await openPeer(world, "robot");
    await ping(model, session);
    await session.close();
    await observer.waitForPeer("robot", (peer) => peer.status === "inactive");
    const before = requestsOf(model, "robot").length;

    model.script("robot", done);
    await run("with nothing waiting");
    await ask("Which port?");
    model.script(
      "robot",
      answering(() => "port 8080"),
    );
    await run("with a question for its project's next session");
    assert.deepEqual(requestsOf(model, "robot").slice(before).map(questionsIn), [[], []]);
    assert.deepEqual(await statesOf(world), { q1: "pending" });

    // A run asks, and is nobody to be asked.
    model.script("robot", asking({ timeout_seconds: 1 }));
    const args = ["--allowedTools", meshTool("ask_peer")];
    const asked = await client.runPrint({
      project,
      key: "robot",
      prompt: "ask observer: Who is there?",
      args,
    });
    assert.match(asked.stdout, /timed_out/);
    await observer.call("reply_to_peer", { question_id: "q2", answer: "me" });
    const rows = (await observer.peers()).filter(({ status }) => status === "active");
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["observer"],
    );

    // Its answer is not for the project's session, whose question is.
    model.script(
      "robot",
      answering(() => "port 8080"),
    );
    const next = await world.open("robot");
    await waitForQuestion(world, "q1", ({ state }) => state === "answered");
    await next.waitForIdle(20_000);
    const pinged = await ping(model, next);
    assert.deepEqual([questionsOf(pinged), repliesOf(pinged)], [["q1"], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
