import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readProjectText, readText } from "../../src/config/text-file.ts";
import { makeFifo } from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";

const READERS = { readText, readProjectText };

for (const [name, read] of Object.entries(READERS)) {
  test(`${name}: a file, without the mark of its encoding`, () => {
    const path = join(tempFolder(), "file");
    writeFileSync(path, "\ufeffwords \u00e4\n");
    assert.equal(read(path), "words \u00e4\n");
    writeFileSync(path, "");
    assert.equal(read(path), "");
  });

  test(`${name}: a folder, a pipe and a long file are refused at once`, () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "folder"));
    makeFifo(join(folder, "pipe"));
    writeFileSync(join(folder, "long"), "x".repeat(1_000_001));
    for (const what of ["folder", "pipe", "long"])
      assert.throws(() => read(join(folder, what)), /no file of at most/);
    assert.throws(() => read(join(folder, "missing")), /ENOENT/);
  });
}

test("a link is followed to a person's own settings, not to what a project's link leads to", () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "file"), "words");
  symlinkSync(join(folder, "file"), join(folder, "link"));
  assert.equal(readText(join(folder, "link")), "words");
  assert.throws(() => readProjectText(join(folder, "link")), /symbolic link/);
});

test("a link to a file of the system's without an end is refused at once", {
  skip: existsSync("/proc/self/pagemap") ? false : "there is no /proc/self/pagemap",
}, () => {
  const link = join(tempFolder(), "link");
  symlinkSync("/proc/self/pagemap", link);
  assert.throws(() => readText(link), /EINVAL|no file of at most/);
});
