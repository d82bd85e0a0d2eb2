import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { hookPath } from "../support/paths.ts";
import { openWorld } from "../support/world.ts";

/** A hook whose input the test writes piece by piece. */
function startOpen(world: ReturnType<typeof openWorld>) {
  const env = { ...world.env, CLAUDE_PID: String(world.host().pid) };
  const child = spawn(process.execPath, [hookPath("inbox-poll")], {
    cwd: world.project("backend"),
    env,
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stderr }));
  return { stdin: child.stdin, ended };
}

describe("a hook's input", () => {
  test("that never ends makes it give up, and harms nobody", async (t) => {
    const { stdin, ended } = startOpen(openWorld(t));
    stdin.write('{ "hook_event_name": "Stop",');
    const { code, stderr } = await ended;
    assert.equal(code, 0);
    assert.match(stderr, /^claude-mesh hook: gave up after [^\n]*\n$/);
  });

  test("may come in pieces, and be long", async (t) => {
    const { stdin, ended } = startOpen(openWorld(t));
    stdin.write('{ "hook_event_name": "Stop", ');
    stdin.write('"session_id": "one", ');
    stdin.write(`"prompt": "${"é".repeat(500_000)}`);
    stdin.end('" }');
    assert.deepEqual(await ended, { code: 0, stderr: "" });
  });
});
