import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type InHand, SAID, type TurnSign } from "../../src/domain/turn.ts";

const WAYS: readonly InHand[] = ["start", "end", "between", "result", "later", "next"];

/** What becomes of a text by these signs, one after the other. */
function after(way: InHand, ...signs: readonly TurnSign[]): string {
  let now: string = way;
  for (const sign of signs) now = SAID[sign][now as InHand] ?? now;
  return now;
}

describe("a text that a turn has in hand", () => {
  for (const way of WAYS) {
    test(`${way}: waits again where the session is gone`, () => assert.equal(after(way, "gone"), "again"));
    test(`${way}: is shown after two steps at the latest`, () => {
      assert.equal(after(way, "step", "step"), "shown");
    });
  }

  test("a step's end alone says of a tool's result only that the next request carries it", () => {
    assert.equal(after("result", "step"), "between");
    for (const sign of ["call", "step", "stop"] as const)
      assert.equal(after("result", "step", sign), "shown", sign);
    for (const sign of ["failure", "prompt", "idle", "gone"] as const)
      assert.notEqual(after("result", "step", sign), "shown", sign);
  });

  test("is tried again where the request failed, but for what the client keeps", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "failure")),
      ["retry", "retry", "retry", "retry", "later", "retry"],
    );
  });

  test("may be out of the conversation by the next prompt, but for what the client keeps for it", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "prompt")),
      ["again", "again", "again", "again", "later", "next"],
    );
  });

  test("is in no summary of its conversation but with its prompt", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "compacted")),
      ["start", "again", "again", "again", "later", "again"],
    );
  });

  test("stays in hand where a call may have been made beside the one that brought it", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "call")),
      ["shown", "shown", "shown", "result", "later", "next"],
    );
  });
});
