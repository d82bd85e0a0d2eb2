import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, openPeer } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`${version}: a session in plan mode answers, though nobody is at its keyboard`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script(
      "backend",
      answering(() => "port 8080"),
    );
    await openPeer(world, "backend", { args: ["--permission-mode", "plan"] });
    const ask = { to: "backend", question: "Which port?", timeout_seconds: 60 };
    const { status, answer } = await observer.call("ask_peer", ask);
    assert.deepEqual([status, answer], ["answered", "port 8080"]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
