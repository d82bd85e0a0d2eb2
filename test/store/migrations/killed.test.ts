import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { chooseDriver } from "../../../src/store/sqlite/choose.ts";
import { SCHEMA_VERSION, schemaVersion } from "../../../src/store/sqlite/migrations.ts";
import { openDatabase } from "../../../src/store/sqlite/open.ts";
import { tempFolder } from "../../support/folder.ts";
import { makeOldFile, rowsOf } from "./old-file.ts";

const MIGRATOR = join(import.meta.dirname, "migrator.ts");
/** So many and so long waits that their copy does not fit into SQLite's page cache, and is written before the commit. */
const PROCESS = "x".repeat(400);
const WAITS = 10_000;
/** Kills that must have hit the middle of a migration. */
const HITS = 2;

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  describe(`a migration on ${driver} that is killed`, () => {
    test("leaves the old schema or the new, and the next process finishes it", async (t) => {
      const source = makeBigFile(driver);
      const whole = await killMigration(source, driver, undefined);
      let longest = whole.ms;
      let hits = 0;
      for (let attempt = 0; hits < HITS; attempt++) {
        assert.ok(attempt < 60, `${hits} of ${attempt} kills hit the middle of the migration`);
        // At any moment, and in turn as soon as it is seen to write.
        const after = attempt % 2 === 0 ? Math.random() * longest : "writing";
        const { path, done, ms } = await killMigration(source, driver, after);
        if (done) longest = Math.max(ms, longest / 2);
        const isWritten = Boolean(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size);
        // The middle: pages of the new schema were written, and no commit after them.
        if (checkFile(path, driver) === 1 && isWritten) hits++;
      }
      t.diagnostic(`a whole migration took ${Math.round(whole.ms)} ms`);
    });
  });
}

/** A file of schema 1 in one piece, to be copied. */
function makeBigFile(driver: "better-sqlite3" | "node:sqlite"): string {
  const { path, raw } = makeOldFile(1, driver);
  raw.exec(`
    WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < ${99 + WAITS})
    INSERT INTO questions (id, asker, recipient, body, depth, asked_at, expires_at) SELECT i, 1, 2, 'q', 1, 1, 2 FROM n;
    INSERT INTO waits (question, waiter, process) SELECT id, 1, '${PROCESS}' FROM questions WHERE id >= 100;
    PRAGMA wal_checkpoint(TRUNCATE)`);
  raw.close();
  return path;
}

/** Migrates a copy, and kills the process so long after it began (milliseconds), when it has begun to write, or not at all. */
async function killMigration(source: string, driver: string, after: number | "writing" | undefined) {
  const path = join(tempFolder(), "mesh.db");
  copyFileSync(source, path);
  const child = spawn(process.execPath, [MIGRATOR, path, driver], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child.stdout, "data");
  const start = performance.now();
  if (after !== undefined) {
    if (after === "writing") watchLog(path);
    else await pause(after);
    child.kill("SIGKILL");
  }
  await ended;
  return { path, done: said.includes("done"), ms: performance.now() - start };
}

/** Until the log has pages in it. Not by timers: they come too late for a migration of a few milliseconds. */
function watchLog(path: string): void {
  const end = performance.now() + 5_000;
  while (!statSync(`${path}-wal`, { throwIfNoEntry: false })?.size && performance.now() < end);
}

/** Returns the schema that the kill left. */
function checkFile(path: string, driver: "better-sqlite3" | "node:sqlite"): number {
  const raw = chooseDriver(driver).open(path, 5_000);
  const found = schemaVersion(raw);
  assert.ok(found === 1 || found === SCHEMA_VERSION, `schema ${found}`);
  const columns = rowsOf(raw, "pragma_table_info('waits')", "name").map((row) => row["name"]);
  assert.equal(columns.includes("call"), found > 1, `schema ${found} with ${columns.join(", ")}`);
  raw.close();

  openDatabase({ path, driver, busyTimeout: 5_000 }).db.close();
  const after = chooseDriver(driver).open(path, 5_000);
  assert.equal(schemaVersion(after), SCHEMA_VERSION);
  assert.deepEqual(rowsOf(after, "waits", "count(*) AS n"), [{ n: WAITS + 2 }]);
  assert.deepEqual(rowsOf(after, "questions", "count(*) AS n"), [{ n: WAITS + 11 }]);
  assert.deepEqual(rowsOf(after, "pragma_integrity_check"), [{ integrity_check: "ok" }]);
  after.close();
  return found;
}
