import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { ancestors, liveness, processKey } from "../../src/config/process.ts";
import { sameProcess } from "../../src/domain/presence.ts";
import { tempFolder } from "../support/folder.ts";
import { asPidOne, NO_MOUNT_NAMESPACE, NO_PID_NAMESPACE, withMounts } from "../support/namespace.ts";
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

test("a process that was stopped is suspended, and lives again when it goes on", {
  skip: process.platform !== "linux",
}, async (t) => {
  const child = startSleeper();
  t.after(() => child.kill("SIGKILL"));
  const key = processKey(child.pid);
  process.kill(child.pid, "SIGSTOP");
  await until("the stop", () => liveness(key) === "suspended");
  process.kill(child.pid, "SIGCONT");
  await until("its going on", () => liveness(key) === "alive");
  process.kill(child.pid, "SIGSTOP");
  await child.kill("SIGKILL");
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

test("pid 1 is among them", { skip: NO_PID_NAMESPACE }, () => {
  const above = lookFrom(
    asPidOne(["sh", "-c", '"$@"; true', "sh", process.execPath]),
    "ancestors(process.pid)",
  );
  assert.equal(above.at(-1), 1);
});

test("what has ended before its key is made is gone", async () => {
  const child = startSleeper();
  await child.kill("SIGKILL");
  const key = processKey(child.pid);
  assert.match(key, /^\d+@-@/);
  assert.equal(liveness(key), "gone");
});

test("a start time that could not be seen is no death, as long as the pid is there", async () => {
  const child = startSleeper();
  const unseen = processKey(child.pid).replace(/@[^@]+@/, "@?@");
  assert.equal(liveness(unseen), "alive");
  await child.kill("SIGKILL");
  assert.equal(liveness(unseen), "gone");
});

test("two keys name one process also where one of them could not see its start", () => {
  assert.ok(sameProcess("7@100@here", "7@100@here"));
  assert.ok(sameProcess("7@?@here", "7@100@here"));
  assert.ok(sameProcess("7@100@here", "7@?@here"));
  for (const other of ["7@101@here", "8@100@here", "7@100@there", "8@?@here", "7@?@there", "7@-@here"])
    assert.ok(!sameProcess("7@100@here", other), other);
});

/** Has a Node that a command starts evaluate an expression over what process.ts exports. */
function lookFrom(command: readonly string[], expression: string, platform = process.platform) {
  const module = JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/config/process.ts")).href);
  const code = `
    Object.defineProperty(process, "platform", { value: "${platform}" });
    const { ancestors, liveness, processKey } = await import(${module});
    console.log(JSON.stringify(${expression}));`;
  const [program = "", ...args] = [...command, "--input-type=module", "-e", code];
  return JSON.parse(execFileSync(program, args, { encoding: "utf8" }));
}

describe("without /proc", { skip: NO_MOUNT_NAMESPACE }, () => {
  const blind = withMounts("mount -t tmpfs none /proc", [process.execPath]);

  test("nothing is gone that exists", (t) => {
    const child = startSleeper();
    t.after(() => child.kill("SIGKILL"));
    const looks = `[${child.pid}, 4194305].map((pid) => [processKey(pid), liveness(pid + "@100@linux")])`;
    assert.deepEqual(lookFrom(blind, looks), [
      [`${child.pid}@?@linux`, "alive"],
      ["4194305@-@linux", "gone"],
    ]);
  });
});

describe("on macOS, simulated", { skip: NO_MOUNT_NAMESPACE }, () => {
  /** @param script what stands in the place of `ps` */
  const withPs = (script: string) => {
    const path = join(tempFolder(), "ps");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return withMounts(`mount --bind "${path}" /bin/ps`, [process.execPath]);
  };
  const look = (command: readonly string[], pid: number) =>
    lookFrom(
      command,
      `[processKey(${pid}), ...["Mon-Jan--1-00:00:00-2001", "?"].map((start) => liveness("${pid}@" + start + "@darwin", true))]`,
      "darwin",
    );

  test("a process is told from a later one by its start", (t) => {
    const child = startSleeper();
    t.after(() => child.kill("SIGKILL"));
    const [key, other, unseen] = look(withPs("echo 'Tue Jan  2 00:00:00 2001'"), child.pid);
    assert.deepEqual([key, other, unseen], [`${child.pid}@Tue-Jan--2-00:00:00-2001@darwin`, "gone", "alive"]);
  });

  const failures = {
    slow: "exec sleep 20",
    refused: "echo 'ps: operation not permitted' >&2; exit 1",
    missing: "exit 127",
  };
  for (const [what, script] of Object.entries(failures)) {
    test(`a ps that is ${what} ends no process and makes no other of it`, (t) => {
      const child = startSleeper();
      t.after(() => child.kill("SIGKILL"));
      assert.deepEqual(look(withPs(script), child.pid), [`${child.pid}@?@darwin`, "alive", "alive"]);
    });
  }
});
