import assert from "node:assert/strict";
import { test } from "node:test";
import { ringQuestions } from "../../src/domain/waiting.ts";

/** `[waiter, recipient]` pairs; question ids count from 1. */
function edges(...pairs: readonly (readonly [number, number])[]) {
  return pairs.map(([waiter, recipient], at) => ({ waiter, recipient, question: at + 1 }));
}

test("nobody waits: no ring", () => assert.deepEqual(ringQuestions(1, [2], []), []));

test("one that waits for me directly", () => assert.deepEqual(ringQuestions(1, [2], edges([2, 1])), [1]));

test("one that waits for me through others: the last of the way counts", () => {
  assert.deepEqual(ringQuestions(1, [2], edges([2, 3], [3, 4], [4, 1])), [3]);
});

test("two ways lead to me: both questions, in order", () => {
  assert.deepEqual(ringQuestions(1, [2, 5], edges([5, 1], [2, 3], [3, 1])), [1, 3]);
});

test("others that wait for me, but not those I would wait for", () => {
  assert.deepEqual(ringQuestions(1, [2], edges([3, 1], [2, 4])), []);
});

test("my own waits do not count", () => assert.deepEqual(ringQuestions(1, [2], edges([1, 2], [1, 3])), []));

test("a ring of others is left alone", () => {
  assert.deepEqual(ringQuestions(1, [2], edges([2, 3], [3, 2])), []);
});
