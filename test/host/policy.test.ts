import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answering, asking, heard, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { makeWorld, type World } from "./support/world.ts";

/** The two ways in which a user says so: the project's settings, and the command line. */
const RULES = [
  { rule: "hold", by: "file" },
  { rule: "refuse", by: "option" },
] as const;

function keepOut(world: World, name: string, { rule, by }: (typeof RULES)[number]): string[] {
  const settings = JSON.stringify({ crossSessionInbound: rule });
  if (by === "option") return ["--settings", settings];
  const folder = join(world.projectOf(name), ".claude");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "settings.json"), settings);
  return [];
}

test("a session that keeps messages out is not woken: it is shown the question at its next prompt", async () => {
  await using world = await makeWorld();
  await using observer = await observe(world);
  const { model } = world;
  model.script("frontend", asking({ timeout_seconds: 8 }));
  const frontend = await openPeer(world, "frontend");
  for (const [index, given] of RULES.entries()) {
    const { rule } = given;
    const id = `q${index + 1}`;
    const args = keepOut(world, rule, given);
    model.script(
      rule,
      answering(() => "port 8080"),
    );
    const session = await openPeer(world, rule, { args });
    const row = await observer.waitForPeer(rule, (peer) => peer.status === "active");
    assert.equal(row.wake, "refused");

    // Longer than the five seconds after which another rung would try.
    await frontend.type(`ask ${rule}: Which port?`);
    const result = await heard(model, "frontend", id);
    assert.match(result, /"status":"timed_out"[^]*"hint":"Not shown yet/);
    assert.deepEqual(requestsOf(model, rule), []);
    const screen = (await session.screen(true)).replace(/^.*SessionStart.*$/m, "");
    assert.doesNotMatch(screen, /peer message|cross-?session|claude-mesh/i);

    const shown = await ping(model, session);
    assert.deepEqual(questionsIn(shown), [id]);
    assert.match(await heard(model, rule, '"question_id"'), /"status":"queued"/);
    await model.waitFor(
      "frontend",
      (request) => JSON.stringify(request.messages).includes("<peer-reply"),
      20_000,
    );
    await frontend.waitForIdle(20_000);
    await ping(model, session);
    assert.deepEqual(requestsOf(model, rule).flatMap(questionsIn), [id]);
    assert.equal((await observer.waitForPeer(rule, () => true)).wake, "refused");
  }
  assert.deepEqual(model.scriptErrors, []);
});
