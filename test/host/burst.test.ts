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
  questionsOf,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: two questions in one burst make one wake and one turn`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const start = Promise.withResolvers<void>();
    const both = Promise.withResolvers<void>();
    for (const name of ["frontend", "docs"]) {
      const ask = asking();
      model.script(name, async (request) => {
        await start.promise;
        return ask(request);
      });
    }
    const answer = answering((id) => `answer to ${id}`);
    model.script("backend", async (request) => {
      // The first model request waits until both are asked, so that both belong to this turn whatever the pace.
      await both.promise;
      return answer(request);
    });
    const backend = await openPeer(world, "backend");
    const askers = [await openPeer(world, "frontend"), await openPeer(world, "docs")];
    for (const asker of askers) {
      await asker.type(`ask backend: What does ${asker.key} need?`);
      await model.waitFor(asker.key, () => true, 20_000);
    }
    start.resolve();
    await observer.waitForPeer("backend", (peer) => peer.open_questions === 2);
    both.resolve();

    for (const { key } of askers) {
      const result = await heard(model, key, '"status":"answered"');
      const id = /"question_id":"(q\d+)"/.exec(result)?.[1];
      assert.match(result, new RegExp(`answer to ${id}`));
    }
    await backend.waitForIdle(20_000);
    const last = await ping(model, backend);
    assert.deepEqual(questionsOf(last).sort(), ["q1", "q2"]);
    assert.deepEqual(requestsOf(model, "backend").flatMap(questionsIn).sort(), ["q1", "q2"]);
    const pointers = allText(last).match(/something from another session waits for this one/g);
    assert.equal(pointers?.length, 1);
    assert.deepEqual(model.scriptErrors, []);
  });
}
