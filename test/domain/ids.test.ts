import assert from "node:assert/strict";
import { test } from "node:test";
import { ARROWS, formatId, parseId, QUESTION_STATES } from "../../src/domain/question.ts";

test("an id is written and read back", () => {
  for (const id of [1, 17, 999_999_999_999]) assert.equal(parseId(formatId(id)), id);
});

test("an id is understood with blanks, in capitals, with a #, and as its number alone", () => {
  for (const text of [" Q17 ", "#q17", "#17", "17"]) assert.equal(parseId(text), 17, text);
});

test("what is no id is none", () => {
  for (const text of [
    "",
    "#",
    "q",
    "q#1",
    "##1",
    "0",
    "q0",
    "q-1",
    "q1.5",
    "qq1",
    "q1 2",
    "q1e3",
    "1.0",
    "q01",
    "q9999999999999999",
  ]) {
    assert.equal(parseId(text), undefined, text);
  }
});

test("a question only goes forward: from no state a way leads back", () => {
  for (const start of QUESTION_STATES) {
    const reached = new Set(ARROWS[start]);
    for (const state of reached) for (const next of ARROWS[state]) reached.add(next);
    assert.ok(!reached.has(start), start);
    assert.ok(!reached.has("pending"), start);
  }
});
