import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type DatabaseFault, MeshError } from "../../src/domain/errors.ts";
import { loadBetterSqlite3 } from "../../src/store/sqlite/better-sqlite3.ts";
import { loadNodeSqlite } from "../../src/store/sqlite/node-sqlite.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { BARRIER } from "../../src/store/sqlite/recognise.ts";
import {
  giveAway,
  makeFifo,
  NO_CHOWN,
  NO_MOUNT,
  readOnlyView,
  STRANGER,
  smallDisk,
} from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";

const DRIVERS = { "better-sqlite3": loadBetterSqlite3(), "node:sqlite": loadNodeSqlite() } as const;
const OPENER = join(import.meta.dirname, "opener.ts");
type DriverName = keyof typeof DRIVERS;

function open(t: TestContext, path: string, driver: DriverName, more: { deadline?: number } = {}) {
  const { db } = openDatabase({ path, driver, busyTimeout: 100, ...more });
  t.after(() => {
    try {
      db.close();
    } catch {
      // Its disk may be gone.
    }
  });
  return db;
}

function refused(path: string, step: () => unknown): { fault: DatabaseFault; problem: string } {
  try {
    step();
  } catch (error) {
    assert.ok(error instanceof MeshError && error.refusal.kind === "no_database", String(error));
    assert.equal(error.refusal.path, path);
    return error.refusal;
  }
  assert.fail("nothing was refused");
}

const mode = (path: string) => statSync(path).mode & 0o777;
const fresh = () => join(tempFolder(), "mesh.db");

/** A database with a peer and a long table, closed. */
function filled(driver: DriverName, path = fresh()): string {
  const { db } = openDatabase({ path, driver, busyTimeout: 100 });
  for (let n = 0; n < 200; n++) insert(db, `peer-${n}`);
  db.close();
  return path;
}

type Db = ReturnType<typeof open>;

function insert(db: Db, name: string, size = 500): void {
  const row = { name, path: `/${"x".repeat(size)}` };
  db.write(() =>
    db.run(
      "INSERT INTO peers (name, project_path, activity_at, active_at, last_seen_at) VALUES (:name, :path, 0, 0, 0)",
      row,
    ),
  );
}

function fillUp(db: Db): void {
  for (let n = 0; n < 10_000; n++) insert(db, `more-${n}`, 5_000);
}

const count = (db: Db) => Number(db.get("SELECT count(*) AS n FROM peers")?.["n"]);

interface Case {
  readonly spoil: (path: string, driver: DriverName) => void;
  readonly fault: DatabaseFault;
  readonly says: RegExp;
  readonly skip?: string | false;
}

const link = (path: string, to: string) => {
  rmSync(path, { force: true, recursive: true });
  symlinkSync(to, path);
};

/** Each is done to the path of a database in a folder of its own. */
const CASES: Record<string, Case> = {
  "a folder": { spoil: (path) => mkdirSync(path), fault: "wrong_kind", says: /mesh\.db is not a file/ },
  "a FIFO": { spoil: (path) => makeFifo(path), fault: "wrong_kind", says: /mesh\.db is not a file/ },
  "a link to nothing": {
    spoil: (path) => link(path, "/nowhere/mesh.db"),
    fault: "link",
    says: /mesh\.db is a link to nothing/,
  },
  "in a folder that is a link to nothing": {
    spoil: (path) => link(dirname(path), "/nowhere"),
    fault: "link",
    says: /is a link to nothing/,
  },
  "in a file": {
    spoil: (path) => {
      rmSync(dirname(path), { recursive: true });
      writeFileSync(dirname(path), "a file");
    },
    fault: "wrong_kind",
    says: /is not a folder/,
  },
  words: {
    spoil: (path) => writeFileSync(path, "words, and more words\n".repeat(400)),
    fault: "foreign",
    says: /no mesh/,
  },
  "words where a mesh was": {
    spoil: (path) => writeFileSync(withBells(path), "words, and more words\n".repeat(400)),
    fault: "damaged",
    says: /was a mesh, and is damaged/,
  },
  "the barrier of a repair that was killed": {
    spoil: (path) => writeFileSync(path, BARRIER),
    fault: "damaged",
    says: /was a mesh, and is damaged/,
  },
  "a mesh without SQLite's header": {
    spoil: (path, driver) => writeFileSync(path, readFileSync(filled(driver, path)).fill(0, 0, 100)),
    fault: "damaged",
    says: /was a mesh, and is damaged/,
  },
  "cut off in its header": {
    spoil: (path, driver) => truncateSync(filled(driver, withBells(path)), 50),
    fault: "damaged",
    says: /was a mesh, and is damaged/,
  },
  "cut off in its tables": {
    spoil: (path, driver) => truncateSync(filled(driver, path), 3 * 4096 + 5),
    fault: "damaged",
    says: /malformed/,
  },
  "gone but for its log": {
    spoil: (path, driver) => {
      const { db } = openDatabase({ path, driver, busyTimeout: 100 });
      insert(db, "kept");
      const log = readFileSync(`${path}-wal`);
      db.close();
      writeFileSync(path, "");
      writeFileSync(`${path}-wal`, log);
    },
    fault: "damaged",
    says: /was a mesh, and is damaged or cut off/,
  },
  "cut to one byte": {
    spoil: (path, driver) => truncateSync(filled(driver, withBells(path)), 1),
    fault: "damaged",
    says: /was a mesh, and is damaged or cut off/,
  },
  "what is left of a mesh without its tables": {
    spoil: (path, driver) => {
      const raw = DRIVERS[driver](filled(driver, path), 0);
      // What is dropped leaves its bytes in the page else, by which a mesh is known before it is opened.
      raw.exec("PRAGMA foreign_keys = OFF; DROP TABLE peers; DROP TABLE questions; VACUUM");
      raw.close();
    },
    fault: "foreign",
    says: /no mesh/,
  },
  "with a folder for its log": {
    spoil: (path, driver) => mkdirSync(`${filled(driver, path)}-wal`),
    fault: "wrong_kind",
    says: /mesh\.db-wal is not a file/,
  },
  "with a link for its shared memory": {
    spoil: (path, driver) => symlinkSync("/tmp", `${filled(driver, path)}-shm`),
    fault: "wrong_kind",
    says: /mesh\.db-shm is not a file/,
  },
  "another user's": {
    spoil: (path, driver) => giveAway(filled(driver, path)),
    fault: "owner",
    says: /mesh\.db is another user's/,
    skip: NO_CHOWN,
  },
  "with another user's log": {
    spoil: (path, driver) => {
      writeFileSync(`${filled(driver, path)}-wal`, "");
      giveAway(`${path}-wal`);
    },
    fault: "owner",
    says: /mesh\.db-wal is another user's/,
    skip: NO_CHOWN,
  },
  "in another user's folder": {
    spoil: (path) => giveAway(dirname(path)),
    fault: "owner",
    says: /is another user's/,
    skip: NO_CHOWN,
  },
  "behind a link into another user's folder": {
    spoil: (path) => {
      const theirs = join(tempFolder(), "theirs");
      mkdirSync(join(theirs, "mine"), { recursive: true, mode: 0o700 });
      giveAway(theirs);
      link(dirname(path), join(theirs, "mine"));
    },
    fault: "link",
    says: /leads to another user's .*theirs/,
    skip: NO_CHOWN,
  },
  "a link to another user's file": {
    spoil: (path, driver) => {
      const theirs = filled(driver);
      giveAway(theirs);
      link(path, theirs);
    },
    fault: "link",
    says: /leads to another user's/,
    skip: NO_CHOWN,
  },
  "writable by the group": {
    spoil: (path, driver) => chmodSync(filled(driver, path), 0o660),
    fault: "writers",
    says: /mesh\.db is writable by others/,
  },
  "in a folder writable by all": {
    spoil: (path) => chmodSync(dirname(path), 0o777),
    fault: "writers",
    says: /is writable by others/,
  },
};

for (const driver of Object.keys(DRIVERS) as DriverName[]) {
  describe(`${driver}: a database is refused, and left as it is, where it is`, () => {
    for (const [what, { spoil, fault, says, skip = false }] of Object.entries(CASES)) {
      test(what, { skip }, (t) => {
        const path = fresh();
        spoil(path, driver);
        const contents = () =>
          ["", "-wal", "-shm"].map((end) =>
            statSync(path + end, { throwIfNoEntry: false })?.isFile()
              ? readFileSync(path + end, "base64")
              : existsSync(path + end),
          );
        const before = contents();
        const refusal = refused(path, () => open(t, path, driver));
        assert.equal(refusal.fault, fault, refusal.problem);
        assert.match(refusal.problem, says);
        // SQLite makes its shared memory anew whenever it looks.
        assert.deepEqual(contents().slice(0, 2), before.slice(0, 2));
      });
    }

    test("on a full disk", { skip: NO_MOUNT }, (t) => {
      const disk = smallDisk(t);
      disk.fill();
      const path = join(disk.folder, "mesh.db");
      assert.equal(refused(path, () => open(t, path, driver)).fault, "full");
      disk.empty();
      assert.equal(count(open(t, path, driver)), 0);
    });

    test("on a file system that cannot be written", { skip: NO_MOUNT }, (t) => {
      const folder = tempFolder();
      filled(driver, join(folder, "mesh.db"));
      const path = join(readOnlyView(t, folder).folder, "mesh.db");
      assert.equal(refused(path, () => open(t, path, driver)).fault, "no_access");
    });
  });

  describe(`${driver}: what fails in the middle of use is put into words`, () => {
    test("the disk is full, until there is room again", { skip: NO_MOUNT }, (t) => {
      const disk = smallDisk(t);
      const path = join(disk.folder, "mesh.db");
      const db = open(t, path, driver);
      insert(db, "first");
      disk.fill();
      assert.equal(refused(path, () => fillUp(db)).fault, "full");
      disk.empty();
      insert(db, "second");
      assert.ok(count(db) >= 2);
    });

    test("another process holds the lock", (t) => {
      const path = fresh();
      const db = open(t, path, driver);
      const other = DRIVERS[driver](path, 0);
      t.after(() => other.close());
      other.exec("BEGIN IMMEDIATE");
      const { fault, problem } = refused(path, () => insert(db, "first"));
      assert.deepEqual([fault, problem], ["locked", "database is locked"]);
      other.exec("ROLLBACK");
      insert(db, "first");
    });

    test("a page is broken", (t) => {
      const path = filled(driver);
      // The schema stands in the first pages, so the file opens.
      const whole = readFileSync(path);
      writeFileSync(path, whole.fill(0xff, whole.length / 2));
      const db = open(t, path, driver);
      assert.equal(refused(path, () => db.all("SELECT * FROM peers")).fault, "damaged");
    });

    test("a write that fails is undone whole, and says what failed first", (t) => {
      const path = fresh();
      const db = open(t, path, driver);
      const step = () =>
        db.write(() => {
          db.run("INSERT INTO meta VALUES ('half', '1')");
          db.run("INSERT INTO meta VALUES ('half', '2')");
        });
      assert.throws(step, /UNIQUE/);
      assert.equal(db.get("SELECT * FROM meta WHERE key = 'half'"), undefined);
    });
  });

  test(`${driver}: what a killed process left in the log is there again`, (t) => {
    const path = filled(driver);
    const copy = fresh();
    const db = open(t, path, driver);
    insert(db, "late");
    // As the files stand when nobody closes them.
    for (const end of ["", "-wal"]) writeFileSync(copy + end, readFileSync(path + end), { mode: 0o600 });
    assert.equal(count(open(t, copy, driver)), 201);
  });

  test(`${driver}: several waits for the lock end at one deadline`, (t) => {
    const path = fresh();
    open(t, path, driver);
    const other = DRIVERS[driver](path, 0);
    t.after(() => other.close());
    const start = performance.now();
    const db = openDatabase({ path, driver, busyTimeout: 400, deadline: start + 600 }).db;
    t.after(() => db.close());
    other.exec("BEGIN IMMEDIATE");
    for (let n = 0; n < 20; n++) refused(path, () => insert(db, "first"));
    const took = performance.now() - start;
    // Twenty waits of their own would take eight seconds.
    assert.ok(took >= 400 && took < 4_000, `${took} ms`);
  });

  for (const umask of [0o000, 0o022, 0o277, 0o777]) {
    test(`${driver}: under the umask ${umask.toString(8)} all is the user's alone`, (t) => {
      const before = process.umask(umask);
      t.after(() => void process.umask(before));
      const path = join(tempFolderUnder(before), "new", "newer", "mesh.db");
      const db = open(t, path, driver);
      insert(db, "first");
      assert.deepEqual([dirname(path), dirname(dirname(path))].map(mode), [0o700, 0o700]);
      assert.deepEqual(
        ["", "-wal", "-shm"].map((end) => mode(path + end)),
        [0o600, 0o600, 0o600],
      );
      process.umask(before);
    });
  }

  test(`${driver}: a file that others could read is theirs no more`, (t) => {
    const path = filled(driver);
    chmodSync(path, 0o644);
    open(t, path, driver);
    assert.equal(mode(path), 0o600);
  });

  test(`${driver}: links to places of one's own are followed`, (t) => {
    const folder = tempFolder();
    const path = fresh();
    link(dirname(path), folder);
    insert(open(t, path, driver), "first");
    assert.ok(existsSync(join(folder, "mesh.db")));
    const other = fresh();
    link(other, join(folder, "mesh.db"));
    assert.equal(count(open(t, other, driver)), 1);
  });
}

/** Root may read and write everything, so these are tried by a user who may not. */
describe("what its own user may not touch is refused", { skip: NO_CHOWN }, () => {
  const cases: Record<string, [(path: string) => void, RegExp]> = {
    "a folder that cannot be written": [
      (path) => chmodSync(dirname(path), 0o500),
      /EACCES.*claude-mesh-user-\w+'/,
    ],
    "a file that is read-only": [(path) => chmodSync(path, 0o400), /EACCES.*mesh\.db'/],
    "a file that cannot be read": [(path) => chmodSync(path, 0o000), /EACCES.*mesh\.db'/],
    "a log that cannot be read": [(path) => chmodSync(`${path}-wal`, 0o000), /EACCES.*mesh\.db-wal'/],
    "shared memory that cannot be read": [(path) => chmodSync(`${path}-shm`, 0o000), /EACCES.*mesh\.db-shm'/],
  };
  for (const [what, [spoil, says]] of Object.entries(cases)) {
    test(what, (t) => {
      // Not below the test's own folder, which is root's alone.
      const folder = mkdtempSync(join(tmpdir(), "claude-mesh-user-"));
      t.after(() => rmSync(folder, { recursive: true }));
      const path = join(folder, "mesh.db");
      if (what.includes("folder")) rmSync(path, { force: true });
      else for (const end of ["", "-wal", "-shm"]) writeFileSync(path + end, "", { mode: 0o600 });
      for (const name of ["", ...readdirSync(folder)]) giveAway(join(folder, name));
      spoil(path);
      const run = spawnSync(process.execPath, [OPENER, path, "auto", String(STRANGER)], { encoding: "utf8" });
      assert.equal(run.stdout, "");
      assert.match(run.stderr, /fault: 'no_access'/);
      assert.match(run.stderr, says);
    });
  }
});

/** Says that a mesh was there: a server makes the folder of its bells as soon as it has the file. */
function withBells(path: string): string {
  mkdirSync(`${path}.bells`);
  return path;
}

function tempFolderUnder(umask: number): string {
  const strict = process.umask(umask);
  const folder = tempFolder();
  process.umask(strict);
  return folder;
}
