import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { asking, done, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: who does not answer is reminded twice and then left idle`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script("frontend", asking());
    model.script("backend", done);
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    await frontend.type("ask backend: Which port does the API use?");
    const shownAgain = () => requestsOf(model, "backend").length === 3;
    await model.waitFor("backend", shownAgain, 30_000);
    await backend.waitForIdle(30_000);
    await observer.waitForPeer("backend", (peer) => peer.activity === "idle" && peer.open_questions === 1);
    await ping(model, backend);
    await ping(model, backend);

    const requests = requestsOf(model, "backend");
    assert.deepEqual(requests.map(questionsIn), [["q1"], ["q1"], ["q1"], [], []]);
    const reminded = requests.map((request) => /q1 was asked earlier/.test(lastUserText(request)));
    assert.deepEqual(reminded, [false, true, true, false, false]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
