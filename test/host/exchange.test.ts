import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: frontend asks, backend is prompted at the end of its turn, frontend reads the answer`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const working = Promise.withResolvers<void>();
    const work = async () => {
      await working.promise;
      return { text: "done" };
    };
    model.script("frontend", asking());
    model.script(
      "backend",
      answering(() => "port 8080", work),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    await backend.type("go on");
    await model.waitFor("backend", () => true, 20_000);
    await frontend.type("ask backend: Which port does the API use?");
    await observer.waitForPeer("backend", (peer) => peer.open_questions === 1);
    working.resolve();

    const shown = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 20_000);
    assert.match(lastUserText(shown), /from="frontend"[^]*Which port does the API use\?[^]*reply_to_peer/);
    assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
    assert.match(await heard(model, "backend", '"question_id"'), /"status":"delivered"/);

    // Its own words, the question, the reply's result: the turn ended there, and nothing comes a second time.
    await backend.waitForIdle(20_000);
    await ping(model, backend);
    assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], ["q1"], [], []]);
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    assert.equal(requestsOf(model, "frontend").length, 3);
    assert.deepEqual(model.scriptErrors, []);
  });
}
