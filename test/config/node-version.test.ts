import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeProblem } from "../../src/config/node-version.ts";

test("Node 22.13 and later are enough", () => {
  for (const version of ["22.13.0", "22.18.0", "24.1.0", "100.0.0", process.versions.node]) {
    assert.equal(nodeProblem(version), undefined, version);
  }
});

test("an older Node gets one line that says what is needed and what was found", () => {
  for (const version of ["22.12.0", "22.2.0", "20.20.2", "18.0.0", "21.7.3", "9.9.9"]) {
    const line = nodeProblem(version) ?? "";
    assert.match(line, /Node 22\.13 or later/);
    assert.ok(line.includes(`found ${version}`), line);
    assert.ok(!line.includes("\n"));
  }
});
