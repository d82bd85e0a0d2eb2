import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  heard,
  openPeer,
  ping,
  questionsIn,
  questionsOf,
  repliesIn,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a question that Esc took out of the conversation is shown again`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    // Not to be woken, so that it is a typed prompt that shows the question: Esc takes that one back whole.
    const folder = join(world.projectOf("backend"), ".claude");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "settings.json"), JSON.stringify({ crossSessionInbound: "hold" }));
    model.script("frontend", asking());
    model.script("backend", () => new Promise(() => {}));
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    await frontend.type("ask backend: Which port does the API use?");
    await observer.waitForPeer("backend", (peer) => peer.open_questions === 1);
    await backend.type("think about it");
    await model.waitFor("backend", (request) => questionsIn(request).includes("q1"), 20_000);
    await backend.interrupt();

    model.script(
      "backend",
      answering(() => "port 8080"),
    );
    await ping(model, backend);
    assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
    await backend.waitForIdle(20_000);
    const last = await ping(model, backend);
    assert.deepEqual(questionsOf(last), ["q1"]);
    assert.equal(requestsOf(model, "backend").filter((request) => questionsIn(request).length > 0).length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: an answer that Esc took out of the conversation is shown again`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    // Not to be woken, so that it is a typed prompt that shows the answer.
    client.addSettings({ crossSessionInbound: "hold" });
    model.script("frontend", asking({ timeout_seconds: 1 }));
    model.script(
      "backend",
      answering(() => "port 8080"),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    await frontend.type("ask backend: Which port does the API use?");
    await heard(model, "frontend", "timed_out");
    await frontend.waitForIdle(20_000);
    await ping(model, backend);
    await observer.waitForPeer("backend", (peer) => peer.open_questions === 0);

    model.script("frontend", () => new Promise(() => {}));
    await frontend.type("think about it");
    await model.waitFor("frontend", (request) => repliesIn(request).includes("q1"), 20_000);
    await frontend.interrupt();
    model.script("frontend", asking());
    const again = await ping(model, frontend);
    assert.deepEqual(repliesIn(again), ["q1"]);
    assert.match(lastUserText(again), /The answer to q1 may have been shown before\.[^]*port 8080/);
    await ping(model, frontend);
    await ping(model, frontend);
    assert.equal(requestsOf(model, "frontend").filter((request) => repliesIn(request).length > 0).length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });
}
