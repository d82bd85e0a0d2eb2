import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  heard,
  openPeer,
  ping,
  questionsIn,
  requestsOf,
  saying,
  told,
} from "./support/colleague.ts";
import type { Script } from "./support/model.ts";
import { makeWorld } from "./support/world.ts";

const never = new Promise<never>(() => {});

/** What a turn may be at when it ends without a Stop. */
const turns: Readonly<Record<string, Script>> = {
  "think hard": () => never,
  "talk on": () => ({ text: "it is like this", hold: never }),
  "run the tool": () => ({
    tools: [{ name: "Bash", input: { command: "mkfifo w && cat w", description: "Wait" } }],
  }),
  "break off": () => ({ status: 400 }),
};

for (const version of versions) {
  test(`claude ${version}: a session whose turn ended without a Stop is woken all the same`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", asking());
    model.script(
      "backend",
      answering((id) => `answer to ${id}`, told(turns)),
    );
    const backend = await openPeer(world, "backend", { args: ["--allowedTools", "Bash"] });
    const frontend = await openPeer(world, "frontend");
    let asks = 0;

    /** Asks the idle backend, that nobody types to: its answer must come. */
    async function wakes(): Promise<void> {
      asks += 1;
      const id = `q${asks}`;
      const last = requestsOf(model, "backend").at(-1);
      await frontend.type(`ask backend: Still there? (${asks})`);
      const shown = await model.waitFor(
        "backend",
        (request) => questionsIn(request).includes(id),
        30_000,
        last,
      );
      assert.deepEqual(questionsIn(shown), [id]);
      assert.match(await heard(model, "frontend", `answer to ${id}`), /"status":"answered"/);
      await Promise.all([backend.waitForIdle(30_000), frontend.waitForIdle(30_000)]);
    }

    for (const word of Object.keys(turns)) {
      await backend.type(word);
      await model.waitFor("backend", saying(word), 20_000);
      if (word === "break off") {
        await backend.waitForScreen(/scripted error 400/, 30_000);
        await backend.waitForIdle(20_000);
        await wakes();
        continue;
      }
      if (word === "talk on") await backend.waitForScreen(/it is like this/, 20_000);
      if (word === "run the tool") await backend.waitForScreen(/cat w/, 20_000);
      await backend.interrupt();
      await wakes();
    }

    // The same for a question that a wake's turn showed, and that Esc may have taken out of the conversation.
    model.script("backend", () => never);
    await frontend.type("ask backend: Are you sure?");
    await model.waitFor("backend", (request) => questionsIn(request).includes("q5"), 30_000);
    await backend.interrupt();
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    await ping(model, backend);
    assert.match(await heard(model, "frontend", "answer to q5"), /"status":"answered"/);
    const shown = requestsOf(model, "backend").flatMap(questionsIn);
    assert.deepEqual(shown.slice(0, 4), ["q1", "q2", "q3", "q4"]);
    assert.deepEqual([...new Set(shown.slice(4))], ["q5"]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
