import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer, ping, questionsIn, requestsOf, saying, told } from "./support/colleague.ts";
import type { Script } from "./support/model.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

const never = new Promise<never>(() => {});

/** What a turn may be at when it ends without a Stop. */
const turns: Readonly<Record<string, Script>> = {
  "think hard": () => never,
  "talk on": () => ({ text: "it is like this", hold: never }),
  "run the tool": () => ({ tools: [{ name: "Bash", input: { command: "tail -f /dev/null", description: "Wait" } }] }),
};

for (const version of versions) {
  test(`claude ${version}: a session whose turn ended without a Stop is woken all the same`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    const settled = answering((id) => `answer to ${id}`);
    const failing = told({ "api error": () => ({ status: 400 }) }, settled);
    model.script("frontend", asking());
    model.script("backend", told(turns, failing));
    const backend = await openPeer(world, "backend", { args: ["--allowedTools", "Bash(tail:*)"] });
    const frontend = await openPeer(world, "frontend");
    let asks = 0;

    /** Asks the idle backend, that nobody types to: its answer must come. */
    async function wakes(): Promise<void> {
      asks += 1;
      const id = `q${asks}`;
      const last = requestsOf(model, "backend").at(-1);
      await frontend.type(`ask backend: Still there? (${asks})`);
      const shown = await model.waitFor("backend", (request) => questionsIn(request).includes(id), 30_000, last);
      assert.deepEqual(questionsIn(shown), [id]);
      assert.match(await heard(model, "frontend", `answer to ${id}`), /"status":"answered"/);
      await Promise.all([backend.waitForIdle(30_000), frontend.waitForIdle(30_000)]);
    }

    for (const word of Object.keys(turns)) {
      await backend.type(word);
      await model.waitFor("backend", saying(word), 20_000);
      if (word === "talk on") await backend.waitForScreen(/it is like this/, 20_000);
      if (word === "run the tool") await backend.waitForScreen(/tail -f/, 20_000);
      await backend.interrupt();
      await wakes();
    }

    // An API error ends a turn by StopFailure.
    await backend.type("api error");
    await backend.waitForScreen(/scripted error 400/, 30_000);
    await backend.waitForIdle(20_000);
    await wakes();

    // Esc before any output takes the question out of the conversation: it is shown again.
    model.script("backend", () => never);
    await frontend.type("ask backend: Are you sure?");
    await model.waitFor("backend", (request) => questionsIn(request).includes("q5"), 30_000);
    await backend.interrupt();
    model.script("backend", settled);
    const again = await ping(model, backend);
    assert.match(lastUserText(again), /q5 was asked earlier[^]*<peer-question question_id="q5"/);
    assert.match(await heard(model, "frontend", "answer to q5"), /"status":"answered"/);

    // Each was shown once, only the last one a second time, as a reminder.
    const shown = requestsOf(model, "backend").flatMap(questionsIn);
    assert.deepEqual(shown, ["q1", "q2", "q3", "q4", "q5", "q5"]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
