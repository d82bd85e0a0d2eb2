import assert from "node:assert/strict";
import { test } from "node:test";
import { answering, asking, heard, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { makeWorld } from "./support/world.ts";

const BYPASS = ["--permission-mode", "bypassPermissions"];
const NO_WARNING = ["--settings", JSON.stringify({ skipDangerousModePermissionPrompt: true })];

test("a session that bypasses permissions is woken by its waker, with no dialog", async () => {
  await using world = await makeWorld();
  await using observer = await observe(world);
  const { model } = world;
  model.script("frontend", asking());
  model.script(
    "backend",
    answering((id) => `answer to ${id}`),
  );
  const backend = await openPeer(world, "backend", { args: [...BYPASS, ...NO_WARNING] });
  const frontend = await openPeer(world, "frontend");

  // From its start, before any turn, and again after a turn of its own and one that a wake began.
  for (const id of ["q1", "q2", "q3"]) {
    await frontend.type(`ask backend: What about number ${id}?`);
    assert.match(await heard(model, "frontend", `answer to ${id}`), /"status":"answered"/);
    assert.doesNotMatch(await backend.screen(true), /Deliver|peer message/);
    await Promise.all([backend.waitForIdle(20_000), frontend.waitForIdle(20_000)]);
    if (id === "q1") await ping(model, backend);
  }
  assert.deepEqual(requestsOf(model, "backend").flatMap(questionsIn), ["q1", "q2", "q3"]);
  assert.equal((await observer.waitForPeer("backend", () => true)).wake, "rewake");
  assert.deepEqual(model.scriptErrors, []);
});
