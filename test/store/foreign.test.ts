import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { MeshError } from "../../src/domain/errors.ts";
import { loadBetterSqlite3 } from "../../src/store/sqlite/better-sqlite3.ts";
import { examineFile } from "../../src/store/sqlite/examine.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { loadNodeSqlite } from "../../src/store/sqlite/node-sqlite.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { recognise } from "../../src/store/sqlite/recognise.ts";
import { tempFolder } from "../support/folder.ts";
import { makeOldFile } from "./migrations/old-file.ts";

const DRIVERS = { "better-sqlite3": loadBetterSqlite3(), "node:sqlite": loadNodeSqlite() } as const;
type DriverName = keyof typeof DRIVERS;

/** Makes another program's database and leaves it as that program does. */
function database(path: string, statements: string): void {
  writeFileSync(path, "");
  const raw = DRIVERS["node:sqlite"](path, 0);
  raw.exec(statements);
  raw.close();
}

/** The same, as it lies there while the program runs or after it was killed: what it wrote is in its log alone. */
function databaseWithLog(path: string, statements: string, t: TestContext): void {
  const other = join(tempFolder(), "other.db");
  writeFileSync(other, "");
  const raw = DRIVERS["node:sqlite"](other, 0);
  t.after(() => raw.close());
  raw.exec(`PRAGMA journal_mode = WAL; ${statements}`);
  for (const end of ["", "-wal"]) writeFileSync(path + end, readFileSync(other + end));
}

/** Files that are not the mesh's, though some look like it. */
const FOREIGN: Record<string, (path: string, t: TestContext) => void> = {
  words: (path) => writeFileSync(path, "words, and more words\n".repeat(400)),
  "one letter": (path) => writeFileSync(path, "x"),
  "a picture": (path) => writeFileSync(path, Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")),
  "the text of our own statements": (path) =>
    writeFileSync(path, MIGRATIONS.map((step) => step()).join("\n")),
  "SQLite's header and words": (path) => writeFileSync(path, `SQLite format 3\0${"words ".repeat(100)}`),
  "another program's database": (path) => database(path, "CREATE TABLE theirs (id INTEGER)"),
  "with a version of its own": (path) =>
    database(path, "CREATE TABLE theirs (id INTEGER); PRAGMA user_version = 1"),
  "with a table meta": (path) =>
    database(path, "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); PRAGMA user_version = 2"),
  "with tables named like ours": (path) =>
    database(
      path,
      `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); CREATE TABLE peers (id INTEGER);
       CREATE TABLE questions (id INTEGER); PRAGMA user_version = 2`,
    ),
  "that holds our statements as data": (path) => {
    const text = MIGRATIONS.map((step) => step())
      .join("")
      .replaceAll("'", "''");
    database(
      path,
      `CREATE TABLE files (text TEXT); INSERT INTO files VALUES ('${text}'); PRAGMA user_version = 2`,
    );
  },
  "with a log that nobody took over": (path, t) =>
    databaseWithLog(path, "CREATE TABLE theirs (id INTEGER); INSERT INTO theirs VALUES (1)", t),
  "empty, but for a number that says whose it is": (path) => database(path, "PRAGMA application_id = 7"),
};

/** Everything of a folder's files that could change. */
function tracesOf(folder: string): object {
  const files = readdirSync(folder).map((name) => {
    const { mode, mtimeNs, ctimeNs, ino } = lstatSync(join(folder, name), { bigint: true });
    const facts = [mode, mtimeNs, ctimeNs, ino].map(String);
    return [
      name,
      lstatSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), "base64") : "",
      facts,
    ];
  });
  return Object.fromEntries(files.map(([name, ...rest]) => [name, rest]));
}

for (const driver of Object.keys(DRIVERS) as DriverName[]) {
  describe(`${driver}: a file that is not the mesh's is refused and left exactly as it was`, () => {
    for (const [what, make] of Object.entries(FOREIGN)) {
      test(what, (t) => {
        const path = join(tempFolder(), "theirs.db");
        make(path, t);
        // As its owner has it, readable by others.
        chmodSync(path, 0o644);
        utimesSync(path, 1, 1);
        const before = tracesOf(dirname(path));
        assert.throws(
          () => openDatabase({ path, driver, busyTimeout: 100 }),
          (error) =>
            error instanceof MeshError &&
            error.refusal.kind === "no_database" &&
            error.refusal.fault === "foreign",
        );
        assert.equal(examineFile(path, driver, Date.now()).condition.kind, "foreign");
        assert.deepEqual(tracesOf(dirname(path)), before);
      });
    }

    test("also behind a link, and where others may write to it", () => {
      const path = join(tempFolder(), "theirs.txt");
      writeFileSync(path, "words");
      chmodSync(path, 0o666);
      const link = join(tempFolder(), "mesh.db");
      symlinkSync(path, link);
      const before = [tracesOf(dirname(path)), tracesOf(dirname(link))];
      assert.throws(
        () => openDatabase({ path: link, driver, busyTimeout: 100 }),
        (error) =>
          error instanceof MeshError &&
          error.refusal.kind === "no_database" &&
          error.refusal.fault === "foreign",
      );
      assert.deepEqual([tracesOf(dirname(path)), tracesOf(dirname(link))], before);
    });

    test("another program's database that took a mesh's place is no damaged mesh", () => {
      const path = join(tempFolder(), "mesh.db");
      database(path, "CREATE TABLE theirs (id INTEGER); PRAGMA user_version = 1");
      mkdirSync(`${path}.bells`);
      const before = tracesOf(dirname(path));
      assert.equal(examineFile(path, driver, Date.now()).condition.kind, "foreign");
      assert.deepEqual(readdirSync(dirname(path)), Object.keys(before));
    });
  });

  describe(`${driver}: a mesh is known by its bytes`, () => {
    for (const schema of MIGRATIONS.keys()) {
      test(`of schema ${schema + 1}, also while all of it is in the log`, () => {
        const { path, raw } = makeOldFile(schema + 1, driver, schema === 0);
        assert.equal(recognise(path), "mesh");
        raw.close();
        assert.equal(recognise(path), "mesh");
      });
    }

    test("after years and a VACUUM", () => {
      const path = join(tempFolder(), "mesh.db");
      const { db } = openDatabase({ path, driver, busyTimeout: 100 });
      db.run(`INSERT INTO peers (name, project_path, activity_at, active_at, last_seen_at)
        VALUES ('a', '/', 0, 0, 0), ('b', '/', 0, 0, 0)`);
      db.write(() => {
        for (let n = 0; n < 2_000; n++)
          db.run(
            `INSERT INTO questions (asker, recipient, body, state, depth, asked_at, expires_at, closed_at)
             VALUES (1, 2, :body, 'cancelled', 1, 0, 0, 0)`,
            { body: "x".repeat(500) },
          );
      });
      db.close();
      assert.equal(recognise(path), "mesh");
      const raw = DRIVERS[driver](path, 0);
      // As steps of later schemas would grow it.
      for (let n = 0; n < 12; n++) raw.exec(`CREATE TABLE later${n} (a INTEGER, ${"b".repeat(1_500)} TEXT)`);
      raw.exec("VACUUM");
      raw.close();
      assert.equal(recognise(path), "mesh");
    });
  });
}

test("a file with nothing in it is a new mesh's: missing, empty, or a database without a table", () => {
  const path = join(tempFolder(), "mesh.db");
  assert.equal(recognise(path), "absent");
  writeFileSync(path, "");
  assert.equal(recognise(path), "blank");
  database(path, "PRAGMA journal_mode = WAL");
  assert.equal(recognise(path), "blank");
  // A process was killed in the middle of making it: the log has the first pages, and no end.
  const { path: whole, raw } = makeOldFile(1, "node:sqlite", false);
  const log = readFileSync(`${whole}-wal`);
  raw.close();
  writeFileSync(`${path}-wal`, log.subarray(0, 32));
  assert.equal(recognise(path), "blank");
  const { db } = openDatabase({ path, driver: "auto", busyTimeout: 100 });
  db.close();
  assert.equal(recognise(path), "mesh");
});

test("a process does not read a file beside SQLite that it has open, which would drop SQLite's locks", {
  skip: existsSync("/proc/locks") ? false : "only Linux tells who holds a lock",
}, () => {
  const path = join(tempFolder(), "mesh.db");
  const first = openDatabase({ path, driver: "node:sqlite", busyTimeout: 100 }).db;
  const { ino } = lstatSync(path);
  const locks = () =>
    readFileSync("/proc/locks", "utf8").match(new RegExp(` ${process.pid} \\S+:${ino} `, "g"))?.length;
  const before = locks();
  assert.ok(before);
  openDatabase({ path, driver: "node:sqlite", busyTimeout: 100 }).db.close();
  assert.equal(locks(), before);
  first.close();
});
