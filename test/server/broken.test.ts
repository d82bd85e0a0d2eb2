import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import {
  deadMount,
  giveAway,
  makeFifo,
  NO_CHOWN,
  NO_FUSE,
  NO_MOUNT,
  readOnlyView,
  smallDisk,
} from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";
import type { TestServer } from "../support/server.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** Every tool, with input that is right. */
const CALLS = {
  register: {},
  list_peers: {},
  ask_peer: { to: "backend", question: "Which port?" },
  await_reply: { question_id: "q1" },
  reply_to_peer: { question_id: "q1", answer: "8080" },
  poll_inbox: {},
};

async function assertEachToolSays(server: TestServer, pattern: RegExp): Promise<void> {
  assert.equal((await server.tools()).length, Object.keys(CALLS).length);
  for (const [tool, input] of Object.entries(CALLS)) {
    assert.match((await server.call(tool, input)).error ?? "no error", pattern, tool);
  }
}

describe("where the mesh cannot work, the server starts, lists its tools, and each says why", {
  concurrency: 4,
}, () => {
  const databases: Record<string, [(world: World) => void, RegExp]> = {
    "the database is a folder": [({ dbPath }) => void mkdirSync(dbPath), /database .*mesh\.db.*To mend it/],
    "the database is another file": [
      ({ dbPath }) => writeFileSync(dbPath, "words, and more words\n".repeat(100)),
      /database .*mesh\.db: it is no mesh.*To mend it.*MESH_DB_PATH/,
    ],
    "the database has a newer schema": [makeNewer, /schema 99.*knows up to \d+.*Update the plugin/],
  };
  for (const [fault, [breakIt, pattern]] of Object.entries(databases)) {
    test(fault, async (t) => {
      const world = openWorld(t);
      breakIt(world);
      await assertEachToolSays(await world.server("backend"), pattern);
    });
  }

  test("the project's path is one that means another folder elsewhere", async (t) => {
    const env = { CLAUDE_MESH_PROJECT_PATH: "./sub" };
    await assertEachToolSays(
      await openWorld(t).server("backend", { env }),
      /CLAUDE_MESH_PROJECT_PATH=\.\/sub: a relative path .*write a whole one, such as ~\/shop\/api/,
    );
  });

  test("the database's folder cannot be made", async (t) => {
    const world = openWorld(t);
    const env = { MESH_DB_PATH: join(import.meta.filename, "mesh.db") };
    await assertEachToolSays(
      await world.server("backend", { env }),
      /broken\.test\.ts\/mesh\.db.*To mend it/,
    );
  });

  test("the project's file is broken", async (t) => {
    const world = openWorld(t);
    world.project("backend", '{\n  "name": "api",\n  "nmae": 5\n}');
    await assertEachToolSays(
      await world.server("backend"),
      /\.claude-mesh\.json, line 3: unknown key "nmae".*Correct it/,
    );
  });

  test("a setting is broken", async (t) => {
    const env = { MESH_BELLS: "loud" };
    await assertEachToolSays(
      await openWorld(t).server("backend", { env }),
      /MESH_BELLS=loud.*expected 1 or 0/,
    );
  });

  test("the wanted driver is not there", async (t) => {
    const env = { MESH_DRIVER: "postgres" };
    await assertEachToolSays(await openWorld(t).server("backend", { env }), /MESH_DRIVER=postgres/);
  });
});

describe("what was mended works at the next call, without a restart", { concurrency: 4 }, () => {
  test("the database", async (t) => {
    const world = openWorld(t);
    mkdirSync(world.dbPath);
    const server = await world.server("backend");
    assert.match((await server.call("register")).error ?? "", /To mend it/);
    rmSync(world.dbPath, { recursive: true });
    assert.equal((await server.call("register")).name, "backend");
  });

  test("the project's file", async (t) => {
    const world = openWorld(t);
    world.project("backend", "{");
    const server = await world.server("backend");
    assert.match((await server.call("register")).error ?? "", /line 1/);
    await until("the fault in the log", () =>
      server.stderr.find((line) => line.includes(".claude-mesh.json")),
    );
    world.project("backend", '{ "name": "api" }');
    assert.equal((await server.call("register")).name, "api");
  });
});

interface Fault {
  /** Breaks the place of the database and says how to mend it. */
  readonly spoil: (path: string, t: TestContext) => () => unknown;
  readonly says: RegExp;
  readonly skip?: string | false;
}

const aside = (path: string) => () => renameSync(path, `${path}.aside`);

/** Where the database lies, what is done to it, and what the user reads. */
const FAULTS: Record<string, Fault> = {
  "a FIFO": {
    spoil: (path) => {
      makeFifo(path);
      return () => unlinkSync(path);
    },
    says: /is not a file\. To mend it, move it away/,
  },
  "a link to nothing": {
    spoil: (path) => {
      symlinkSync("/nowhere/mesh.db", path);
      return () => unlinkSync(path);
    },
    says: /is a link to nothing\. To mend it, remove the link/,
  },
  "cut off": {
    spoil: (path) => {
      makeFile(path);
      truncateSync(path, 5_000);
      return aside(path);
    },
    says: /it was a mesh, and is damaged or cut off\. To mend it, run `claude-mesh doctor --repair`, .*MESH_DB_PATH/,
  },
  "writable by others": {
    spoil: (path) => {
      makeFile(path);
      chmodSync(path, 0o666);
      return () => chmodSync(path, 0o600);
    },
    says: /is writable by others\. To mend it, run `chmod go-w` on it/,
  },
  "another user's": {
    spoil: (path) => {
      makeFile(path);
      giveAway(path);
      return () => chownSync(path, 0, 0);
    },
    says: /is another user's\. To mend it, `chown` it/,
    skip: NO_CHOWN,
  },
  "in another user's folder": {
    spoil: (path) => {
      giveAway(dirname(path));
      return () => chownSync(dirname(path), 0, 0);
    },
    says: /is another user's\. To mend it, `chown` it/,
    skip: NO_CHOWN,
  },
};

describe("a bad place for the database: each tool and the log say what, where and what to do, until it is mended", {
  concurrency: 2,
}, () => {
  for (const [what, { spoil, says, skip = false }] of Object.entries(FAULTS)) {
    test(what, { skip }, async (t) => {
      const world = openWorld(t);
      const path = join(tempFolder(), "mesh.db");
      const mend = spoil(path, t);
      const server = await world.server("backend", { env: { MESH_DB_PATH: path } });
      await assertEachToolSays(server, says);
      await until("the fault in the log", () => server.stderr.find((line) => says.test(line)));
      mend();
      assert.equal((await server.call("register")).name, "backend");
    });
  }

  test("a full disk, at the start and later", { skip: NO_MOUNT }, async (t) => {
    const world = openWorld(t);
    const disk = smallDisk(t);
    disk.fill();
    const env = { MESH_DB_PATH: join(disk.folder, "mesh.db") };
    const says = /database .*mesh\.db: .* full\. To mend it, make room on its disk/;
    const server = await world.server("backend", { env });
    await assertEachToolSays(server, says);
    disk.empty();
    assert.equal((await server.call("register")).name, "backend");
    const asker = await world.server("frontend", { env });
    await asker.call("register");
    disk.fill();
    let error: string | undefined;
    for (let n = 0; n < 20 && error === undefined; n++) {
      const question = `${n} ${"x".repeat(60_000)}`;
      ({ error } = await asker.call("ask_peer", { to: "backend", question, timeout_seconds: 1 }));
    }
    assert.match(error ?? "no error", says);
    disk.empty();
    const asked = await asker.call("ask_peer", { to: "backend", question: "Room?", timeout_seconds: 1 });
    assert.equal(asked.status, "timed_out");
    const inbox = await server.call("poll_inbox");
    assert.ok(JSON.stringify(inbox).includes("Room?"));
  });

  test("a file system that cannot be written", { skip: NO_MOUNT }, async (t) => {
    const folder = tempFolder();
    makeFile(join(folder, "mesh.db"));
    const view = readOnlyView(t, folder);
    const env = { MESH_DB_PATH: join(view.folder, "mesh.db") };
    const server = await openWorld(t).server("backend", { env });
    await assertEachToolSays(server, /read-only.* To mend it, .*remount,rw/);
    view.mend();
    assert.equal((await server.call("register")).name, "backend");
  });

  test("a file system that does not answer", { skip: NO_FUSE }, async (t) => {
    const env = { MESH_DB_PATH: join(await deadMount(t), "mesh.db") };
    const server = await openWorld(t).server("backend", { env });
    const calls = [1, 2, 3, 4, 5, 6].map(() => server.call("list_peers"));
    for (const { error } of await Promise.all(calls)) {
      assert.match(error ?? "no error", /does not answer\. To mend it, mount that file system anew/);
    }
    // Also with a thread that hangs in it: the end of the test waits for the server's.
    assert.equal((await server.tools()).length, Object.keys(CALLS).length);
  });

  test("a lock that another process keeps for long", async (t) => {
    const { holder, server } = await startLocked(t);
    assert.match(
      (await server.call("register")).error ?? "no error",
      /is locked\. To mend it, try again; if it stays so, end the process that holds it/,
    );
    holder.run("ROLLBACK");
    assert.equal((await server.call("register")).name, "backend");
  });

  test("a lock that ends after the start: the session joins without a call of its own", async (t) => {
    const { world, holder, server } = await startLocked(t);
    await until("the log of the lock", () => server.stderr.some((line) => line.includes("is locked")));
    holder.run("ROLLBACK");
    const isLive = async () => (await world.store().peers(Date.now())).some(({ name }) => name === "backend");
    await until("backend", isLive);
  });

  test("a file without the end of its last page: nothing is written to it", async (t) => {
    const world = openWorld(t);
    makeFile(world.dbPath);
    truncateSync(world.dbPath, statSync(world.dbPath).size - 100);
    const before = readFileSync(world.dbPath);
    const server = await world.server("backend");
    assert.match((await server.call("register")).error ?? "no error", /it is cut off.*doctor --repair/);
    assert.deepEqual(readFileSync(world.dbPath), before);
  });

  test("a lock that begins in a wait: the asker hears the id, and its inbox gets the answer", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = [await world.server("frontend"), await world.server("backend")];
    await seesPeer(frontend, "backend");
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    const holder = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 5_000 }).db;
    t.after(() => holder.close());
    holder.run("BEGIN IMMEDIATE");
    const { error = "no error" } = await asking;
    assert.match(error, new RegExp(`is locked.* ${question_id} had been asked by then and stays open`));
    holder.run("ROLLBACK");
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    await until("the answer in the inbox", async () =>
      JSON.stringify((await frontend.call("poll_inbox")).replies).includes("8080"),
    );
  });

  for (const HOME of ["", "relative"]) {
    test(`no home: HOME=${HOME}`, async (t) => {
      const world = openWorld(t);
      const server = await world.server("backend", { env: { HOME, MESH_DB_PATH: "" } });
      await assertEachToolSays(server, /HOME.*names no folder.*set it, or MESH_DB_PATH/);
      assert.deepEqual(
        ["", "relative/", "~/"].filter((at) =>
          existsSync(join(world.project("backend"), `${at}.claude-mesh`)),
        ),
        [],
      );
    });
  }
});

test("a file that is set aside while sessions use it is theirs no more: the next call opens the new one", async (t) => {
  const world = openWorld(t);
  const [backend, frontend] = [await world.server("backend"), await world.server("frontend")];
  await backend.call("register");
  await frontend.call("register");
  const asked = frontend.call("ask_peer", { to: "backend", question: "Old?", timeout_seconds: 60 });
  await until("the question", async () => JSON.stringify(await backend.call("poll_inbox")).includes("Old?"));
  for (const end of ["", "-wal", "-shm"]) renameSync(world.dbPath + end, `${world.dbPath}.aside${end}`);
  const before = readFileSync(`${world.dbPath}.aside`);
  assert.equal((await backend.call("register")).name, "backend");
  await frontend.call("register");
  assert.match(
    (await asked).error ?? "no error",
    /mesh\.db: .* (not open|been finalized)\. To mend it, try again/,
  );
  const again = await frontend.call("ask_peer", { to: "backend", question: "New?", timeout_seconds: 1 });
  assert.equal(again.status, "timed_out");
  assert.ok(JSON.stringify(await backend.call("poll_inbox")).includes("New?"));
  assert.deepEqual(readFileSync(`${world.dbPath}.aside`), before);
});

/** A server that starts while another process holds the write lock. */
async function startLocked(t: TestContext) {
  const world = openWorld(t);
  makeFile(world.dbPath);
  const holder = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 0 }).db;
  t.after(() => holder.close());
  holder.run("BEGIN IMMEDIATE");
  return { world, holder, server: await world.server("backend") };
}

function makeFile(path: string): void {
  openDatabase({ path, driver: "auto", busyTimeout: 1_000 }).db.close();
}

function makeNewer({ dbPath }: World): void {
  const { db } = openDatabase({ path: dbPath, driver: "auto", busyTimeout: 1_000 });
  db.run("UPDATE meta SET value = '99' WHERE key = 'readable_by_schema'");
  db.run("PRAGMA user_version = 99");
  db.close();
}
