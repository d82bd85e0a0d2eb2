import assert from "node:assert/strict";
import { test } from "node:test";
import { HEARTBEAT_EVERY, type Liveness, seenOf } from "../../src/domain/presence.ts";

const NOW = Date.UTC(2026, 0, 1);

function isSeen(life: ReturnType<Liveness>, { since = 0, suspended = false } = {}) {
  const seen = seenOf(() => life, [{ process: "7@1@there", lastSeenAt: NOW - since, suspended }], NOW);
  return seen.gone.size > 0 ? "gone" : seen.suspended.size > 0 ? "suspended" : "alive";
}

test("who cannot be seen from here is gone after three heartbeats without a sign of life", () => {
  assert.equal(isSeen("unknown", { since: 3 * HEARTBEAT_EVERY }), "alive");
  assert.equal(isSeen("unknown", { since: 3 * HEARTBEAT_EVERY + 1 }), "gone");
});

test("a sign of life that lies in the future, by a clock that was set back, is none", () => {
  assert.equal(isSeen("unknown", { since: -3 * HEARTBEAT_EVERY }), "alive");
  assert.equal(isSeen("unknown", { since: -3 * HEARTBEAT_EVERY - 1 }), "gone");
});

test("who can be seen is what it is seen to be, however long ago it gave a sign", () => {
  for (const since of [0, 3_600_000])
    for (const life of ["alive", "suspended", "gone"] as const)
      for (const suspended of [false, true]) assert.equal(isSeen(life, { since, suspended }), life);
});

test("who cannot be seen from here is suspended as long as those who see it say so", () => {
  assert.equal(isSeen("unknown", { suspended: true }), "suspended");
  assert.equal(isSeen("unknown", { suspended: true, since: 3 * HEARTBEAT_EVERY + 1 }), "gone");
});
