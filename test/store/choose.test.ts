import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooseDriver, isSound } from "../../src/store/sqlite/choose.ts";
import { tempFolder } from "../support/folder.ts";

test("a built-in SQLite is sound from the version on that lost no commit between two checkpoints", () => {
  for (const version of ["3.51.3", "3.51.10", "3.53.0", "4.0.0"]) assert.ok(isSound(version), version);
  for (const version of ["3.51.2", "3.50.99", "3.9.9", "2.99.9", undefined])
    assert.ok(!isSound(version), version);
});

test("a brief process takes the built-in driver where it is sound, one that lasts takes better-sqlite3", () => {
  const path = join(tempFolder(), "mesh.db");
  writeFileSync(path, "");
  const nameOf = (brief: boolean) => {
    const driver = chooseDriver("auto", brief).open(path, 0);
    driver.close();
    return driver.name;
  };
  assert.equal(nameOf(false), "better-sqlite3");
  assert.equal(nameOf(true), isSound(process.versions["sqlite"]) ? "node:sqlite" : "better-sqlite3");
});
