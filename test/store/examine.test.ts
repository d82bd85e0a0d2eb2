import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NO_CHOWN, STRANGER } from "../support/disk.ts";

const SOURCE = join(import.meta.dirname, "../../src");

test("in a folder that belongs to another, a look says so instead of failing", {
  skip: NO_CHOWN,
}, (t) => {
  // Not below the test's own folder, into which only root sees.
  const open = mkdtempSync(join(tmpdir(), "claude-mesh-open-"));
  t.after(() => rmSync(open, { recursive: true }));
  chmodSync(open, 0o755);
  const closed = join(open, "closed");
  mkdirSync(closed, { mode: 0o700 });
  const script = `
    const { examineFile } = await import(${JSON.stringify(join(SOURCE, "store/sqlite/examine.ts"))});
    const { nearestFolder } = await import(${JSON.stringify(join(SOURCE, "config/machine.ts"))});
    const { chooseDriver } = await import(${JSON.stringify(join(SOURCE, "store/sqlite/choose.ts"))});
    chooseDriver("auto");
    process.setuid(${STRANGER});
    const path = ${JSON.stringify(join(closed, "mesh.db"))};
    console.log(JSON.stringify([examineFile(path, "auto", 0).condition, nearestFolder(path)]));
  `;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(run.stderr, "");
  const [condition, nearest] = JSON.parse(run.stdout);
  assert.equal(condition.kind, "closed");
  assert.match(condition.problem, /EACCES/);
  assert.deepEqual(nearest, { path: closed, writable: false });
});
