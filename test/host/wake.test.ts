import assert from "node:assert/strict";
import { test } from "node:test";
import { OLDEST, versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: an idle session is woken and answers with nobody typing, again and again`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script("frontend", asking());
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");

    // The host drops a message that is the same as the one before, so one wake is not enough to see it work.
    for (const id of ["q1", "q2", "q3"]) {
      const last = requestsOf(model, "frontend").at(-1);
      await frontend.type(`ask backend: What about number ${id}?`);
      const asked = await model.waitFor("frontend", () => true, 20_000, last);
      const shown = await model.waitFor("backend", (request) => questionsIn(request).includes(id), 20_000);
      console.log(
        `${version}: asker's request to the woken session's request ${Math.round(shown.at - asked.at)} ms`,
      );
      assert.match(await heard(model, "frontend", `answer to ${id}`), /"status":"answered"/);
      await Promise.all([backend.waitForIdle(20_000), frontend.waitForIdle(20_000)]);
    }
    const { wake } = await observer.waitForPeer("backend", (peer) => peer.activity === "idle");
    assert.equal(wake, version === OLDEST ? "rewake" : "socket");
    await ping(model, backend);
    const shown = requestsOf(model, "backend").map(questionsIn);
    assert.deepEqual(shown, [["q1"], [], ["q2"], [], ["q3"], [], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
