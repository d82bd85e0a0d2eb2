import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import { loadBetterSqlite3 } from "../../src/store/sqlite/better-sqlite3.ts";
import type { Driver } from "../../src/store/sqlite/driver.ts";
import { identify, migrate, SCHEMA_VERSION, schemaVersion } from "../../src/store/sqlite/migrations.ts";
import { loadNodeSqlite } from "../../src/store/sqlite/node-sqlite.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { tempFolder } from "../support/folder.ts";
import { runNode } from "../support/process.ts";

const OPENER = join(import.meta.dirname, "opener.ts");
const DRIVERS = ["better-sqlite3", "node:sqlite"] as const;
const openFile = { "better-sqlite3": loadBetterSqlite3, "node:sqlite": loadNodeSqlite };

for (const driver of DRIVERS) {
  describe(`a database file on ${driver}`, () => {
    const openAt = (path: string) => openDatabase({ path, driver, busyTimeout: 5_000 });

    test("is made with its folder, for its user alone", () => {
      const folder = join(tempFolder(), "deep", "er");
      const path = join(folder, "mesh.db");
      openAt(path).db.close();
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      assert.equal(statSync(path).mode & 0o777, 0o600);
    });

    test("is migrated once, though eight processes open it in the same moment", async () => {
      const path = join(tempFolder(), "mesh.db");
      const runs = await Promise.all(
        Array.from({ length: 8 }, () =>
          runNode([OPENER, path, driver], { env: { PATH: process.env["PATH"] } }),
        ),
      );
      for (const { code, stderr } of runs) assert.deepEqual([code, stderr], [0, ""]);
      const names = runs.map(({ stdout }) => stdout.trim()).sort();
      assert.deepEqual(names, ["app", ...Array.from({ length: 7 }, (_, n) => `app-${n + 2}`)].sort());
    });

    test("that another process makes at this moment is never taken for another program's", () => {
      // The other is as fast as can be: it makes the file while we look at it, whichever look that is.
      for (const look of [1, 2]) {
        const path = emptyFile(join(tempFolder(), "mesh.db"));
        const raw = openFile[driver]()(path, 5_000);
        let looks = 0;
        const prepare: Driver["prepare"] = (sql) => {
          if (++looks === look) openAt(path).db.close();
          return raw.prepare(sql);
        };
        assert.equal(identify({ ...raw, prepare }).foreign, false);
        raw.close();
      }
    });

    test("of a newer schema is refused with both numbers", () => {
      const path = newerFile(driver, SCHEMA_VERSION + 1);
      assert.deepEqual(
        refusalOf(() => openAt(path)),
        {
          kind: "newer_schema",
          path,
          found: SCHEMA_VERSION + 1,
          known: SCHEMA_VERSION,
        },
      );
    });

    test("of a newer schema that says it is still readable is used", () => {
      const { db } = openAt(newerFile(driver, SCHEMA_VERSION));
      assert.equal(Number(db.get("SELECT count(*) AS n FROM peers")?.["n"]), 0);
      db.close();
    });

    test("stays as it was where a step of the migration fails", () => {
      const raw = openFile[driver]()(emptyFile(join(tempFolder(), "mesh.db")), 0);
      // The last table of the first step is there already, so that the step breaks after the tables before it.
      raw.exec("CREATE TABLE waits (mine TEXT); INSERT INTO waits VALUES ('kept')");
      assert.throws(() => migrate(raw), /waits/);
      assert.equal(schemaVersion(raw), 0);
      const tables = raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      assert.deepEqual(
        tables.map((row) => row["name"]),
        ["waits"],
      );
      assert.equal(raw.prepare("SELECT mine FROM waits").get()?.["mine"], "kept");
      raw.close();
    });

    test("of another program is refused with its path and what to do", () => {
      const path = join(tempFolder(), "theirs.db");
      const raw = openFile[driver]()(emptyFile(path), 0);
      raw.exec("CREATE TABLE theirs (id INTEGER); PRAGMA user_version = 7");
      raw.close();
      const refusal = refusalOf(() => openAt(path));
      assert.ok("path" in refusal && refusal.path === path, JSON.stringify(refusal));
    });

    test("that is no database is refused with its path and what to do", () => {
      const path = join(tempFolder(), "mesh.db");
      writeFileSync(path, "words, and more words\n".repeat(100));
      const refusal = refusalOf(() => openAt(path));
      assert.equal(refusal.kind, "no_database");
      assert.ok("path" in refusal && refusal.path === path);
      assert.equal("fault" in refusal && refusal.fault, "foreign");
    });

    test("that cannot be made is refused with its path and what to do", () => {
      const path = join(import.meta.filename, "mesh.db");
      const refusal = refusalOf(() => openAt(path));
      assert.equal(refusal.kind, "no_database");
      assert.equal(existsSync(path), false);
    });
  });
}

/** A file one schema above this code's, which says what the oldest code is that may use it. */
function newerFile(driver: (typeof DRIVERS)[number], readableBy: number): string {
  const path = join(tempFolder(), "mesh.db");
  const { db } = openDatabase({ path, driver, busyTimeout: 5_000 });
  db.run("UPDATE meta SET value = :readableBy WHERE key = 'readable_by_schema'", {
    readableBy: String(readableBy),
  });
  db.run(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  db.close();
  return path;
}

/** better-sqlite3 is told to open only what exists. */
function emptyFile(path: string): string {
  writeFileSync(path, "");
  return path;
}

function refusalOf(attempt: () => unknown): Refusal {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MeshError) return error.refusal;
    throw error;
  }
  assert.fail("nothing was refused");
}
