import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { tempFolder } from "../support/folder.ts";
import { CLI, HOOKS, hookPath, SERVER } from "../support/paths.ts";
import { runNode } from "../support/process.ts";

const old = findOldNode();
const options = old === undefined ? { skip: "no Node below 22 on this machine" } : {};
const env = { PATH: process.env["PATH"], MESH_DB_PATH: join(tempFolder(), "mesh.db") };
const input = JSON.stringify({ hook_event_name: "Stop", session_id: "one" });

for (const file of HOOKS) {
  const tells = file === "session-start";
  test(
    `${file} on an old Node ${tells ? "says so to the person" : "says nothing"} and exits 0`,
    options,
    async () => {
      const { code, stdout, stderr } = await runNode([hookPath(file)], { env, input, node: old?.path ?? "" });
      assert.deepEqual([code, stderr], [0, ""]);
      if (!tells) return assert.equal(stdout, "");
      const { systemMessage = "", ...rest } = JSON.parse(stdout) as { systemMessage?: string };
      assert.deepEqual(rest, {});
      assert.match(systemMessage, /needs Node 22\.13 or later/);
      assert.ok(systemMessage.includes(`found ${old?.version}`), systemMessage);
    },
  );
}

for (const [what, path] of [
  ["the server", SERVER],
  ["the command", CLI],
] as const) {
  test(`${what} on an old Node says so in one line and exits 1`, options, async () => {
    const { code, stdout, stderr } = await runNode([path], { env, node: old?.path ?? "" });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^claude-mesh needs Node 22\.13 or later, found [^\n]*\n$/);
  });
}

/** A node below 22 on PATH or where systems keep theirs. */
function findOldNode(): { path: string; version: string } | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  for (const folder of new Set(folders)) {
    const path = join(folder, "node");
    if (!existsSync(path)) continue;
    const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);
    if (Number(version.split(".")[0]) < 22) return { path, version };
  }
  return undefined;
}
