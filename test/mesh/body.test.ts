import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBody } from "../../src/mesh/body.ts";

test("a body is whole: no lone surrogate, and no NUL, which would end it in a database of Node 22's", () => {
  assert.equal(checkBody("a\0b\ud800", "question"), "ab\ufffd");
});

test("nothing but NULs is nothing", () => {
  assert.throws(() => checkBody("\0\0 ", "answer"), /empty/);
});
