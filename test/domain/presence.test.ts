import assert from "node:assert/strict";
import { test } from "node:test";
import { goneOf, HEARTBEAT_EVERY, type Liveness } from "../../src/domain/presence.ts";

const NOW = Date.UTC(2026, 0, 1);

function isGone(life: ReturnType<Liveness>, since: number): boolean {
  return goneOf(() => life, [{ process: "7@1@there", lastSeenAt: NOW - since }], NOW).length > 0;
}

test("who cannot be seen from here is gone after three heartbeats without a sign of life", () => {
  assert.equal(isGone("unknown", 3 * HEARTBEAT_EVERY), false);
  assert.equal(isGone("unknown", 3 * HEARTBEAT_EVERY + 1), true);
});

test("a sign of life that lies in the future, by a clock that was set back, is none", () => {
  assert.equal(isGone("unknown", -3 * HEARTBEAT_EVERY), false);
  assert.equal(isGone("unknown", -3 * HEARTBEAT_EVERY - 1), true);
});

test("who can be seen is gone when it is seen to be, however long ago it gave a sign", () => {
  assert.equal(isGone("alive", 3_600_000), false);
  assert.equal(isGone("gone", 0), true);
});
