import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Peer } from "../../src/domain/peer.ts";
import { isIdle } from "../../src/wake/idle.ts";

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const PEER: Peer = {
  id: 1,
  name: "backend",
  projectPath: "/work/backend",
  ownName: "backend",
  sessionId: "one",
  host: "client",
  server: "server",
  serverDueAt: 0,
  suspended: false,
  folder: null,
  summary: null,
  title: null,
  accept: null,
  activity: "idle",
  activityAt: NOW,
  activeAt: NOW,
  turn: null,
  permissionMode: null,
  wake: null,
  waker: null,
  lastSeenAt: NOW,
};

describe("whether a session is idle", () => {
  /** What the client says, what our hooks marked, how long ago the session was active, and the verdict. */
  const table = [
    ["idle", "busy", 0, true],
    ["idle", "idle", 0, true],
    ["busy", "idle", 0, false],
    ["busy", "busy", 10 * MINUTE, false],
    ["waiting", "idle", 10 * MINUTE, false],
    [undefined, "idle", 0, true],
    [undefined, "busy", 0, false],
    [undefined, "busy", MINUTE, false],
    [undefined, "busy", MINUTE + 1, true],
  ] as const;
  for (const [status, activity, ago, idle] of table) {
    const client = status === undefined ? "the client says nothing" : `the client says ${status}`;
    const word = status === undefined ? undefined : { status };
    test(`${client}, marked ${activity}, active ${ago} ms ago: ${idle ? "idle" : "at work"}`, () => {
      assert.equal(isIdle({ ...PEER, activity, activeAt: NOW - ago }, word, NOW), idle);
    });
  }

  test("a heartbeat or an old mark does not count as work, the session's own word does", () => {
    const peer: Peer = { ...PEER, activity: "busy", activityAt: NOW - 60 * MINUTE };
    assert.equal(isIdle({ ...peer, activeAt: NOW }, undefined, NOW), false);
    assert.equal(isIdle({ ...peer, activeAt: NOW - 2 * MINUTE, lastSeenAt: NOW }, undefined, NOW), true);
  });

  test("a turn that ended by our mark a while ago has ended, also where the client says busy for a subagent", () => {
    const busy = { status: "busy", since: NOW - MINUTE } as const;
    const ended = (ago: number): Peer => ({ ...PEER, activity: "idle", activityAt: NOW - ago });
    assert.equal(isIdle(ended(2_001), busy, NOW), true);
    // The client's word may be on its way.
    assert.equal(isIdle(ended(2_000), busy, NOW), false);
    // A turn that began since: the client's word is the newer one.
    assert.equal(isIdle(ended(MINUTE + 1), busy, NOW), false);
    assert.equal(isIdle({ ...ended(5_000), activity: "busy" }, busy, NOW), false);
    assert.equal(isIdle(ended(5_000), { ...busy, status: "waiting" }, NOW), false);
    assert.equal(isIdle(ended(5_000), { status: "busy" }, NOW), false);
  });
});
