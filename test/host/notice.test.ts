import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer } from "./support/colleague.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: who sits at a session is told that a question came, and from whom`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", asking());
    model.script(
      "backend",
      answering(() => "port 8080"),
    );
    const backend = await openPeer(world, "backend", { env: { MESH_NOTIFY: "1" } });
    const frontend = await openPeer(world, "frontend");
    await frontend.type("ask backend: Which port does the API use?");
    assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
    await backend.waitForScreen(/claude-mesh: 1 question from frontend/, 20_000);
    // The terminal's own notification, which the screen does not show.
    assert.ok((await backend.written()).includes("\u001b]9;claude-mesh: 1 question from frontend\u0007"));
    assert.deepEqual(model.scriptErrors, []);
  });
}
