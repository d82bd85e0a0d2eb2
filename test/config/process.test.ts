import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestors, liveness, processKey } from "../../src/config/process.ts";
import { startSleeper } from "../support/process.ts";
import { until } from "../support/until.ts";

test("this process lives, and has one key", () => {
  const key = processKey(process.pid);
  assert.equal(liveness(key), "alive");
  assert.equal(processKey(process.pid), key);
});

test("another process lives until it is killed, and its key stays its own", async (t) => {
  const child = startSleeper();
  t.after(() => child.kill("SIGKILL"));
  const key = processKey(child.pid);
  assert.equal(liveness(key), "alive");
  assert.notEqual(key, processKey(process.pid));
  await child.kill("SIGKILL");
  assert.equal(liveness(key), "gone");
});

test("a killed process that its parent has not reaped is gone at once", {
  skip: process.platform !== "linux",
}, () => {
  const child = startSleeper();
  const key = processKey(child.pid);
  process.kill(child.pid, "SIGKILL");
  // No turn of the event loop in between, so nobody has reaped it.
  const deadline = performance.now() + 5_000;
  while (liveness(key) === "alive" && performance.now() < deadline);
  assert.equal(liveness(key), "gone");
});

test("a later process with the same pid is another one", { skip: process.platform !== "linux" }, () => {
  const [pid, start, space] = processKey(process.pid).split("@");
  assert.equal(liveness(`${pid}@${Number(start) - 1}@${space}`), "gone");
});

test("a process of another container can be neither dead nor alive", () => {
  const [pid, start] = processKey(process.pid).split("@");
  assert.equal(liveness(`${pid}@${start}@elsewhere`), "unknown");
});

test("what is no key is gone, not a crash", async () => {
  const space = processKey(process.pid).split("@")[2];
  for (const pid of ["", "x", "-1", "0", "1.5", "99999999999"])
    assert.equal(liveness(`${pid}@1@${space}`), "gone", pid);
  await until("a verdict on an empty key", () => ["gone", "unknown"].includes(liveness("")));
});

test("the processes above one are known, the nearest first", { skip: process.platform === "win32" }, (t) => {
  const child = startSleeper();
  t.after(() => child.kill("SIGKILL"));
  assert.deepEqual(ancestors(child.pid).slice(0, 2), [process.pid, process.ppid]);
  assert.equal(ancestors(process.pid)[0], process.ppid);
  assert.deepEqual(ancestors(2 ** 22 + 1), []);
});
