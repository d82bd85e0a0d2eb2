import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { describe, test } from "node:test";
import { HOOKS, type HookFile } from "../support/paths.ts";
import { openWorld } from "../support/world.ts";

/** The start of a session tells its person what keeps it out of the mesh; no other hook says it again. */
function toldOf(file: HookFile, stdout: string): string {
  if (file !== "session-start") return stdout;
  const { systemMessage, ...more } = JSON.parse(stdout) as Record<string, string>;
  assert.match(systemMessage ?? "", /^claude-mesh: this session is not in the mesh: [^\n]+$/);
  assert.deepEqual([more, stdout.split("\n").length], [{}, 2]);
  return "";
}

const GARBAGE = {
  "no input": "",
  "no JSON": "hello",
  "half of it": '{ "hook_event_name": "Stop", "session_id',
  "a list": "[]",
  null: "null",
  "no session": '{ "hook_event_name": "Stop" }',
  "an empty session": '{ "hook_event_name": "Stop", "session_id": "" }',
  "another type": '{ "hook_event_name": 5, "session_id": {} }',
  binary: "\u0000\u0001\ufffd\u001b[31m",
  "eight megabytes of no JSON": "x".repeat(8_000_000),
};

for (const file of HOOKS) {
  describe(`${file}, given garbage, harms nobody`, { concurrency: 4 }, () => {
    for (const [what, input] of Object.entries(GARBAGE)) {
      test(what, async (t) => {
        const world = openWorld(t);
        const { code, stdout, stderr } = await world.hook(file, {
          project: "backend",
          input,
          hostPid: world.host().pid,
        });
        assert.deepEqual([code, stdout], [0, ""]);
        assert.match(stderr, /^claude-mesh hook: [^\n]*input[^\n]*\n$/);
      });
    }

    test("input with keys that it does not know, and a prompt of a megabyte", async (t) => {
      const world = openWorld(t);
      const input = {
        hook_event_name: "Stop",
        session_id: "one",
        reason: "other",
        new: [{}],
        prompt: "x".repeat(1_000_000),
      };
      const { code, stderr } = await world.hook(file, {
        project: "backend",
        input,
        hostPid: world.host().pid,
      });
      assert.deepEqual([code, stderr], [0, ""]);
    });

    // The one reads no database; the other answers to no Stop, and has tests of its own.
    if (file === "allow" || file === "mesh-command") return;

    test("a database that cannot be opened", async (t) => {
      const world = openWorld(t);
      mkdirSync(world.dbPath);
      const input = { hook_event_name: "Stop", session_id: "one" };
      const run = await world.hook(file, { project: "backend", input, hostPid: world.host().pid });
      assert.deepEqual([run.code, toldOf(file, run.stdout)], [0, ""]);
      assert.match(run.stderr, /^claude-mesh hook: [^\n]*database [^\n]*mesh\.db[^\n]*To mend it[^\n]*\n$/);
    });

    test("a broken .claude-mesh.json", async (t) => {
      const world = openWorld(t);
      world.project("backend", "{");
      const input = { hook_event_name: "Stop", session_id: "one" };
      const run = await world.hook(file, { project: "backend", input, hostPid: world.host().pid });
      assert.deepEqual([run.code, toldOf(file, run.stdout)], [0, ""]);
      assert.match(run.stderr, /^claude-mesh hook: [^\n]*\.claude-mesh\.json, line 1[^\n]*\n$/);
    });
  });
}
