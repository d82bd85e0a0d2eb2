import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Looks again and again until the condition gives something, and gives that back.
 * @param timeout milliseconds after which it fails; a bound for what is broken, not a measure: a busy machine was seen to
 *   hold a process back for 24 s
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeout = 60_000,
): Promise<Exclude<T, undefined | null | false | "" | 0>> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const found = await condition();
    if (found) return found as Exclude<T, undefined | null | false | "" | 0>;
    if (performance.now() > deadline) assert.fail(`not seen within ${timeout} ms: ${what}`);
    await pause(10);
  }
}

/** The value, which the test says is there. */
export function must<T>(value: T | undefined | null, what = "a value"): T {
  assert.ok(value !== undefined && value !== null, `${what} is missing`);
  return value;
}
