import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileFacts, fileChecks } from "../../../src/mesh/doctor/files.ts";

const ME = 1_000;
const FOLDER = { path: "/home/me/.claude-mesh", kind: "folder", mode: 0o700, uid: ME, bytes: 0 } as const;
const FILE = { path: `${FOLDER.path}/mesh.db`, kind: "file", mode: 0o600, uid: ME, bytes: 4_096 } as const;

function rightsOf(facts: Partial<FileFacts>): [string, string | undefined][] {
  const checks = fileChecks({
    path: FILE.path,
    source: "default",
    folder: FOLDER,
    nearest: { path: FOLDER.path, writable: true },
    file: FILE,
    beside: [],
    me: ME,
    free: undefined,
    network: undefined,
    ...facts,
  });
  return checks
    .filter(({ name }) => ["folder", "file", "permissions"].includes(name))
    .map(({ verdict, remedy }) => [verdict, remedy]);
}

test("what is its user's alone is well", () => {
  assert.deepEqual(rightsOf({}), [["ok", undefined]]);
});

test("what its user has closed to himself is named, with the command that opens it", () => {
  for (const mode of [0o400, 0o200, 0o000])
    assert.deepEqual(rightsOf({ file: { ...FILE, mode } }), [
      ["failure", `Run \`chmod u+rw ${FILE.path}\`.`],
    ]);
  assert.deepEqual(rightsOf({ folder: { ...FOLDER, mode: 0o500 } }), [
    ["failure", `Run \`chmod u+rwx ${FOLDER.path}\`.`],
  ]);
  const log = { ...FILE, path: `${FILE.path}-wal`, mode: 0o400 };
  assert.deepEqual(rightsOf({ beside: [log] }), [["failure", `Run \`chmod u+rw ${log.path}\`.`]]);
});
