import assert from "node:assert/strict";
import { test } from "node:test";
import { table, withParts } from "../../docs/make/marked.ts";

test("a part stands between its markers, and writing it anew changes nothing", () => {
  const page = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n";
  const written = withParts(page, { a: "new" });
  assert.equal(written, "before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n");
  assert.equal(withParts(written, { a: "new" }), written);
});

for (const page of [
  "",
  "<!-- a -->",
  "<!-- /a --><!-- a -->",
  "<!-- a --><!-- /a --><!-- a --><!-- /a -->",
]) {
  test(`markers that do not stand once each are an error: "${page}"`, () => {
    assert.throws(() => withParts(page, { a: "new" }), /must stand once each/);
  });
}

test("a cell keeps bars, line breaks and angle brackets", () => {
  const rows = table(["a"], [["one | two\n<b> and `<c>`"]]).split("\n");
  assert.deepEqual(rows, ["| a |", "|---|", "| one \\| two<br>&lt;b> and `<c>` |"]);
});
