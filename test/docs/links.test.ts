import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const pages = ["", "docs"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

for (const page of pages) {
  test(`what ${page} links to is there`, () => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const files = links.filter((link) => !/^(https?:|#)/.test(link)).map((link) => link.split("#")[0] ?? "");
    const missing = files.filter((file) => !existsSync(join(ROOT, dirname(page), file)));
    assert.deepEqual(missing, []);
  });
}

test("no picture tells of the machine that drew it", () => {
  for (const name of readdirSync(join(ROOT, "docs")).filter((file) => file.endsWith(".svg"))) {
    const picture = readFileSync(join(ROOT, "docs", name), "utf8");
    assert.doesNotMatch(picture, /\/tmp\/|\/home\/|\/root\b|mesh-host-|sk-ant/, name);
  }
});
