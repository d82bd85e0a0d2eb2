import assert from "node:assert/strict";
import { test } from "node:test";
import { openPause } from "../../src/bell/pause.ts";
import type { Bell } from "../../src/domain/bell.ts";

/** A bell within this process: rings at once, and looks only every ten minutes, so that no test passes by the poll. */
function handBell(pollEvery = 600_000): Bell {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const listener of listeners) listener();
    },
    listen(_, onRing) {
      listeners.add(onRing);
      return () => void listeners.delete(onRing);
    },
    pollEvery,
    close() {},
  };
}

test("a ring ends the pause", async () => {
  const bell = handBell();
  const pause = openPause(bell, 7);
  const over = pause.next(600_000);
  bell.ring(7);
  await over;
  pause.close();
});

test("a ring between two pauses ends the next one, and only that", async () => {
  const bell = handBell();
  const pause = openPause(bell, 7);
  bell.ring(7);
  bell.ring(7);
  await pause.next(600_000);
  const after = await Promise.race([
    pause.next(600_000).then(() => "over"),
    new Promise((resolve) => setImmediate(resolve, "on")),
  ]);
  assert.equal(after, "on");
  bell.ring(7);
  pause.close();
});

test("the pause ends with the next look, or when it has lasted long enough", async () => {
  const looking = openPause(handBell(1), 7);
  await looking.next(600_000);
  looking.close();
  const bounded = openPause(handBell(), 7);
  await bounded.next(1);
  await bounded.next(-5);
  bounded.close();
});

test("an abort ends this pause and every later one", async () => {
  const abort = new AbortController();
  const pause = openPause(handBell(), 7, abort.signal);
  const over = pause.next(600_000);
  abort.abort();
  await over;
  await pause.next(600_000);
  await pause.next(600_000);
  pause.close();
});
