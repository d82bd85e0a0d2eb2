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
  repliesIn,
  requestsOf,
} from "./support/colleague.ts";
import { allText, lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: an answer after the asker's timeout wakes it and is shown there once`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    let gate = Promise.withResolvers<void>();
    const answer = answering((id) => `answer to ${id}`);
    model.script("frontend", asking({ timeout_seconds: 1 }));
    model.script("backend", async (request) => {
      if (questionsIn(request).length > 0) await gate.promise;
      return answer(request);
    });
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    await frontend.type("ask backend: Which port?");
    assert.match(
      await heard(model, "frontend", "timed_out"),
      /"question_id":"q1"[^]*"hint":"Being shown, not answered yet/,
    );
    await frontend.waitForIdle(20_000);
    gate.resolve();
    const first = await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 20_000);
    assert.match(
      lastUserText(first),
      /<peer-reply mark="\w+" question_id="q1" from="backend"[^]*Which port\?[^]*answer to q1/,
    );
    await Promise.all([backend.waitForIdle(20_000), frontend.waitForIdle(20_000)]);

    // Also where the conversation that asked is gone.
    gate = Promise.withResolvers();
    await frontend.type("ask backend: Which host?");
    await heard(model, "frontend", "timed_out", first);
    await frontend.waitForIdle(20_000);
    await frontend.type("/clear");
    await frontend.waitForScreen((screen) => !screen.includes("Which host?"), 20_000);
    await frontend.waitForIdle(20_000);
    gate.resolve();
    const second = await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 20_000, first);
    assert.match(
      lastUserText(second),
      /<peer-reply mark="\w+" question_id="q2"[^]*Which host\?[^]*answer to q2/,
    );
    assert.doesNotMatch(allText(second), /Which port/);

    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    await backend.waitForIdle(20_000);
    await ping(model, backend);
    assert.deepEqual(requestsOf(model, "frontend").map(repliesIn), [[], [], ["q1"], [], [], ["q2"], []]);
    assert.deepEqual(requestsOf(model, "backend").flatMap(questionsIn), ["q1", "q2"]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
