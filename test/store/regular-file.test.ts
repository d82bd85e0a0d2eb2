import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isRegular, readRegular } from "../../src/store/sqlite/regular-file.ts";
import { makeFifo } from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";

test("a file is read whole, up to the limit, by a link as well", () => {
  const folder = tempFolder();
  const [file, link] = [join(folder, "file"), join(folder, "link")];
  writeFileSync(file, "words");
  symlinkSync(file, link);
  for (const path of [file, link]) {
    assert.equal(readRegular(path, 5).toString(), "words");
    assert.ok(isRegular(path, 5));
    assert.throws(() => readRegular(path, 4), /no file of at most 4 bytes/);
    assert.ok(!isRegular(path, 4));
  }
  writeFileSync(file, "");
  assert.equal(readRegular(file, 5).length, 0);
});

test("what is no file is refused at once, and so is what has no end", () => {
  const folder = tempFolder();
  mkdirSync(join(folder, "folder"));
  makeFifo(join(folder, "pipe"));
  symlinkSync(join(folder, "pipe"), join(folder, "link"));
  for (const path of ["folder", "pipe", "link", "missing"].map((name) => join(folder, name))) {
    assert.ok(!isRegular(path, 1_000));
    assert.throws(() => readRegular(path, 1_000), /no file of at most/);
  }
  for (const path of ["/dev/zero", "/dev/null"].filter(existsSync))
    assert.throws(() => readRegular(path, 1_000), /no file of at most/);
});
