import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: after /clear a session is asked, woken and answered as before`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script(
      "frontend",
      answering(() => "yellow", asking()),
    );
    model.script(
      "backend",
      answering(() => "port 8080", asking()),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    for (const session of [backend, frontend]) {
      await session.type("remember strawberries");
      await session.waitForScreen(/done/, 20_000);
      await session.waitForIdle(20_000);
      await session.type("/clear");
      await session.waitForScreen((screen) => !screen.includes("strawberries"), 20_000);
      await session.waitForIdle(20_000);
    }

    await frontend.type("ask backend: Which port does the API use?");
    assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
    await Promise.all([frontend.waitForIdle(20_000), backend.waitForIdle(20_000)]);
    await backend.type("ask frontend: Which colour has the button?");
    assert.match(await heard(model, "backend", "yellow"), /"status":"answered"/);
    await Promise.all([frontend.waitForIdle(20_000), backend.waitForIdle(20_000)]);

    // One prompt before, then three requests for its own ask and two for the other's: nobody was shown anything twice.
    assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], ["q1"], [], [], []]);
    assert.deepEqual(requestsOf(model, "frontend").map(questionsIn), [[], [], [], ["q2"], []]);
    const after = [...requestsOf(model, "backend").slice(1), ...requestsOf(model, "frontend").slice(1)];
    assert.deepEqual(
      after.filter((request) => allText(request).includes("strawberries")),
      [],
    );
    const names = (await observer.peers())
      .filter((peer) => peer.status === "active")
      .map((peer) => peer.name);
    assert.deepEqual(names.sort(), ["backend", "frontend", "observer"]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
