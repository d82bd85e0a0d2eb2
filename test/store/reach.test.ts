import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("a process whose thread hangs ends also on Windows, simulated, where execve throws", () => {
  const module = JSON.stringify(new URL("../../src/store/sqlite/reach.ts", import.meta.url).href);
  const code = `
    Object.defineProperty(process, "platform", { value: "win32" });
    process.execve = () => { throw new Error("not on this platform"); };
    const { endProcess } = await import(${module});
    endProcess(true);`;
  const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
  });
  assert.deepEqual([signal, stderr], ["SIGKILL", ""]);
});
