import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  calling,
  heard,
  openPeer,
  ping,
  questionsIn,
  requestsOf,
  stepping,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a busy session is shown the question between two tool calls, once`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const asked = Promise.withResolvers<void>();
    const second = async () => {
      await asked.promise;
      return calling("list_peers");
    };
    model.script("frontend", asking());
    model.script(
      "backend",
      answering(() => "port 8080", stepping([() => calling("list_peers"), second])),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    await backend.type("work");
    await heard(model, "backend", '"you"');
    await frontend.type("ask backend: Which port does the API use?");
    await observer.waitForPeer("backend", (peer) => peer.open_questions === 1);
    asked.resolve();

    assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
    await heard(model, "backend", '"status":"delivered"');
    await backend.waitForIdle(20_000);
    await ping(model, backend);
    // The prompt, first call, second call with the question beside it, the reply; then only the ping.
    assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], [], ["q1"], [], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
