import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pluginRoot } from "../../src/store/sqlite/better-sqlite3.ts";
import { chooseDriver, isSound } from "../../src/store/sqlite/choose.ts";
import { PACKAGE_VERSION, PREBUILT_SUMS } from "../../src/store/sqlite/prebuilt.ts";
import { tempFolder } from "../support/folder.ts";
import { REPOSITORY } from "../support/paths.ts";

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

test("the binaries are those of the pinned package", () => {
  const folder = join(REPOSITORY, "node_modules", "better-sqlite3");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  assert.equal(PACKAGE_VERSION, version);
  const files = readdirSync(join(folder, "prebuilds"));
  assert.deepEqual(Object.keys(PREBUILT_SUMS), files.sort());
  for (const file of files)
    assert.equal(PREBUILT_SUMS[file], hash("sha256", readFileSync(join(folder, "prebuilds", file))), file);
});

test("the plugin's folder is known by its layout and its manifest", () => {
  const root = tempFolder();
  assert.equal(pluginRoot(join(root, "servers")), undefined);
  mkdirSync(join(root, ".claude-plugin"));
  writeFileSync(join(root, ".claude-plugin", "plugin.json"), "{}");
  for (const folder of ["servers", "hooks", "bin", join("src", "store", "sqlite")])
    assert.equal(pluginRoot(join(root, folder)), root);
  // A bundle that was copied somewhere below it belongs to nobody.
  for (const folder of ["", "copies", join("copies", "deep", "servers")])
    assert.equal(pluginRoot(join(root, folder)), undefined, folder);
});
