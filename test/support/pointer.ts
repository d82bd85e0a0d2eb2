import assert from "node:assert/strict";
import { pointerText } from "../../src/text/pointer.ts";

/** The text is a pointer of some moment, and nothing else. */
export function assertPointer(text: unknown): void {
  const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(String(text))?.[0] ?? "";
  assert.equal(text, pointerText(Date.parse(time)));
}
