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

  test("may be out of the conversation by the next prompt, but for what the client keeps for it", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "prompt")),
      ["again", "again", "again", "again", "later", "next"],
    );
  });

  test("stays in hand where a call may have been made beside the one that brought it", () => {
    assert.deepEqual(
      WAYS.map((way) => after(way, "call")),
      ["shown", "shown", "shown", "result", "later", "next"],
    );
  });
});
