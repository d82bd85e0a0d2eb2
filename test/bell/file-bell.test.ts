import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeFileBell, silentBell } from "../../src/bell/file-bell.ts";
import { tempFolder } from "../support/folder.ts";
import { runNode } from "../support/process.ts";
import { until } from "../support/until.ts";

const RINGER = join(import.meta.dirname, "ringer.ts");

function openBell(t: TestContext, folder = join(tempFolder(), "bells")) {
  const bell = makeFileBell(folder);
  t.after(() => bell.close());
  return { bell, folder };
}

/** Counts rings, once those that the set-up itself may cause are over. */
async function countRings(listen: (onRing: () => void) => () => void, ring: () => void) {
  const seen = { rings: 0 };
  const stop = listen(() => seen.rings++);
  ring();
  await until("the first ring", () => seen.rings > 0);
  return { seen, stop };
}

test("a ring in one process is heard in another", async (t) => {
  const { bell, folder } = openBell(t);
  let rings = 0;
  bell.listen(7, () => rings++);
  const { code, stderr } = await runNode([RINGER, folder, "7"], { env: { PATH: process.env["PATH"] } });
  assert.deepEqual([code, stderr], [0, ""]);
  await until("the ring", () => rings > 0);
});

test("each listener of a peer hears it, and none that has stopped", async (t) => {
  const { bell } = openBell(t);
  let stopped = 0;
  bell.listen(7, () => stopped++)();
  const one = await countRings(
    (onRing) => bell.listen(7, onRing),
    () => bell.ring(7),
  );
  const two = await countRings(
    (onRing) => bell.listen(7, onRing),
    () => bell.ring(7),
  );
  assert.ok(one.seen.rings > 1 && two.seen.rings > 0);
  assert.equal(stopped, 0);
});

test("a ring for one peer is none for another", async (t) => {
  const { bell, folder } = openBell(t);
  const other = { rings: 0 };
  bell.listen(8, () => other.rings++);
  const ringer = makeFileBell(folder);
  t.after(() => ringer.close());
  // What the set-up of peer 8's own file causes comes before the second ring of peer 7.
  await countRings(
    (onRing) => bell.listen(7, onRing),
    () => ringer.ring(7),
  );
  const before = other.rings;
  for (let n = 0; n < 5; n++)
    await countRings(
      (onRing) => bell.listen(7, onRing),
      () => ringer.ring(7),
    );
  assert.equal(other.rings, before);
});

test("a bell whose file or folder was deleted is heard again", async (t) => {
  const { bell, folder } = openBell(t);
  let rings = 0;
  bell.listen(7, () => rings++);
  rmSync(join(folder, "7"));
  await until("the file made anew", () => statSync(join(folder, "7"), { throwIfNoEntry: false }));
  const afterFile = rings;
  bell.ring(7);
  await until("a ring after the file was deleted", () => rings > afterFile);
});

test("a ring that cannot be given is lost and harms nobody", (t) => {
  const { bell } = openBell(t, join(import.meta.filename, "bells"));
  bell.ring(7);
  bell.listen(7, () => {})();
  assert.ok(bell.pollEvery < 1_000, "who cannot hear looks more often");
});

test("bells are their user's alone", (t) => {
  const { bell, folder } = openBell(t);
  bell.ring(7);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, "7")).mode & 0o777, 0o600);
});

test("bells are their user's alone under any umask", (t) => {
  const { bell, folder } = openBell(t);
  const before = process.umask(0o777);
  t.after(() => void process.umask(before));
  bell.ring(7);
  process.umask(before);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, "7")).mode & 0o777, 0o600);
});

test("no bell is written to where others could have put a link", (t) => {
  const target = join(tempFolder(), "precious");
  writeFileSync(target, "precious");
  const { bell, folder } = openBell(t);
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o777);
  symlinkSync(target, join(folder, "7"));
  bell.ring(7);
  assert.equal(readFileSync(target, "utf8"), "precious");
  const other = openBell(t, join(tempFolder(), "bells"));
  const elsewhere = tempFolder();
  symlinkSync(elsewhere, other.folder);
  other.bell.ring(7);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test("the silent bell never rings, and still says how often to look", () => {
  const stop = silentBell.listen(7, () => assert.fail("it rang"));
  silentBell.ring(7);
  stop();
  assert.ok(silentBell.pollEvery > 0 && silentBell.pollEvery <= 1_000);
});
