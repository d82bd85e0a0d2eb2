import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { processKey } from "../../src/config/process.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { startClient } from "../hooks/support.ts";
import { makeFifo } from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";
import { REPOSITORY } from "../support/paths.ts";
import { copyPlugin, setVersion } from "../support/plugin.ts";
import { must } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { assertCheck, diagnose, makeDatabaseFile, runDoctor } from "./doctor-support.ts";

describe("the doctor on a set-up that works", { concurrency: 2 }, () => {
  test("finds nothing to complain of", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    await server.call("register");
    const client = startClient(world, "frontend");
    await client.start("one");
    await client.prompt();
    await client.stop();
    await client.end("one");
    const diagnosis = await diagnose(world, { in: "backend" });
    const bad = diagnosis.checks.filter(({ verdict }) => verdict !== "ok");
    assert.deepEqual([bad, diagnosis.code], [[], 0]);
    assertCheck(diagnosis.check("contents"), "ok", /^whole/);
    assertCheck(diagnosis.check("peer backend"), "ok", new RegExp(`process ${server.hostPid}`));
    assertCheck(diagnosis.check("peers of this folder"), "ok", /^backend$/);
    for (const event of ["SessionStart", "UserPromptSubmit", "Stop", "SessionEnd"])
      assertCheck(diagnosis.check(`${event} hook`), "ok", /^seen /);
    assertCheck(diagnosis.check("copies in use"), "ok", /1 server/);
    assert.match((await runDoctor(world, [], { in: "backend" })).stdout, /All is well/);
  });

  test("makes and changes nothing where there is nothing yet", async (t) => {
    const world = openWorld(t);
    const { code, check } = await diagnose(world, { env: { MESH_DB_PATH: undefined } });
    assert.equal(code, 0);
    assertCheck(check("database"), "ok", /\.claude-mesh\/mesh\.db \(default\) is not there yet/);
    assert.ok(!existsSync(join(world.home, ".claude-mesh")));
  });

  test("fits its lines to a narrow screen", async (t) => {
    const { stdout } = await runDoctor(openWorld(t), [], { env: { COLUMNS: "40" } });
    const longest = Math.max(...stdout.split("\n").map((line) => line.length));
    assert.ok(longest <= 40, stdout);
  });
});

describe("the doctor on a broken plugin", { concurrency: 2 }, () => {
  test("with a bundle that is missing and one that was changed", async (t) => {
    const root = copyPlugin();
    rmSync(join(root, "hooks", "wake.mjs"));
    appendFileSync(join(root, "servers", "mcp-server.mjs"), "\n");
    const { code, check } = await diagnose(openWorld(t), { root });
    assert.equal(code, 1);
    assertCheck(
      check("bundles"),
      "failure",
      /^missing: hooks\/wake\.mjs; changed: servers\/mcp-server\.mjs$/,
      /reinstall/,
    );
  });

  test("with pipes in the place of files", async (t) => {
    const root = copyPlugin();
    for (const file of ["hooks/wake.mjs", "servers/integrity.json"]) {
      rmSync(join(root, file));
      makeFifo(join(root, file));
      const { code, check } = await diagnose(openWorld(t), { root });
      assert.equal(code, 1);
      assertCheck(check("bundles"), "failure", new RegExp(basename(file)), /reinstall/);
    }
  });

  test("without the list of sums", async (t) => {
    const root = copyPlugin();
    rmSync(join(root, "servers", "integrity.json"));
    assertCheck(
      (await diagnose(openWorld(t), { root })).check("bundles"),
      "failure",
      /integrity\.json/,
      /reinstall/,
    );
  });

  test("where npm ci failed: the built-in driver serves", async (t) => {
    const root = copyPlugin({ installed: false });
    const { code, check } = await diagnose(openWorld(t), { root });
    assert.equal(code, 0);
    assertCheck(check("driver"), "warning", /node:sqlite.*better-sqlite3 did not load/, /npm ci/);
  });

  test("where the wanted driver is not there", async (t) => {
    const root = copyPlugin({ installed: false });
    const world = openWorld(t);
    makeDatabaseFile(world);
    const { code, check } = await diagnose(world, { root, env: { MESH_DRIVER: "better-sqlite3" } });
    assert.equal(code, 1);
    assertCheck(check("driver"), "failure", /none: .*better-sqlite3/, /npm ci/);
    assertCheck(check("contents"), "failure", /no driver/);
  });

  test("in two versions at once", async (t) => {
    const world = openWorld(t);
    const root = copyPlugin();
    setVersion(root, "0.0.9");
    const old = await world.server("backend", { path: join(root, "servers", "mcp-server.mjs") });
    await old.call("register");
    const { code, check } = await diagnose(world);
    assert.equal(code, 0);
    assertCheck(check("copies in use"), "warning", /0\.0\.9 in .* \(1 server\)/, /Restart/);
    assertCheck((await diagnose(world, { root })).check("version"), "failure", /manifest of 0\.0\.9/);
  });

  test("without a node on PATH, and without a home", async (t) => {
    const { code, check } = await diagnose(openWorld(t), { env: { PATH: tempFolder(), HOME: undefined } });
    assert.equal(code, 1);
    assertCheck(check("node on PATH"), "failure", /there is none/, /Put Node/);
    assertCheck(check("home"), "warning", /HOME is not set/, /Set HOME/);
  });
});

describe("the doctor on broken settings goes on with the rest", { concurrency: 2 }, () => {
  test("in the environment", async (t) => {
    const { code, check } = await diagnose(openWorld(t), { env: { MESH_BELLS: "loud" } });
    assert.equal(code, 1);
    assertCheck(
      check("MESH_BELLS"),
      "failure",
      /^loud \(environment\): expected 1 or 0/,
      /environment variable/,
    );
    assertCheck(check("contents"), "ok", /none yet/);
  });

  test("in a .env", async (t) => {
    const root = copyPlugin();
    writeFileSync(join(root, ".env"), "MESH_MAX_BLOCK_SECONDS=often\nMESH_AUTO_ALLOW=0\n");
    const { code, check } = await diagnose(openWorld(t), { root });
    assert.equal(code, 1);
    assertCheck(check("MESH_MAX_BLOCK_SECONDS"), "failure", /^often \(.*\.env\): expected a number/, /\.env/);
    assertCheck(check("MESH_AUTO_ALLOW"), "ok", /^0 \(.*\.env\)$/);
  });

  test("in the project's file", async (t) => {
    const world = openWorld(t);
    world.project("desk", '{\n  "nmae": "api"\n}');
    const { code, check } = await diagnose(world);
    assert.equal(code, 1);
    assertCheck(check(".claude-mesh.json"), "failure", /line 2: unknown key "nmae"/, /Correct/);
  });

  test("in the client's own files: hooks off, plugin off, messages refused", async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    world.hostSettings({ disableAllHooks: true, enabledPlugins: { "claude-mesh@claude-mesh": false } });
    world.hostSettings({ crossSessionInbound: "refuse" }, "desk");
    const { code, check } = await diagnose(world);
    assert.equal(code, 1);
    assertCheck(check("hooks allowed"), "failure", /disableAllHooks in .*settings\.json/, /Remove/);
    assertCheck(check("plugin enabled"), "failure", /turned off/, /claude plugin enable/);
    assertCheck(check("crossSessionInbound"), "warning", /^refuse in .*desk/, /your rule/);
    assertCheck(check("SessionStart hook"), "warning", /never seen/, /\/hooks/);
  });

  test("in the files of the client's own folder, whatever folder the mesh was told of", async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    world.hostSettings({ crossSessionInbound: "hold" }, "desk");
    world.hostSettings({ crossSessionInbound: "refuse" }, "alias");
    const env = { CLAUDE_MESH_PROJECT_PATH: world.project("alias") };
    const { check } = await diagnose(world, { env });
    assertCheck(check("crossSessionInbound"), "warning", /^hold in .*desk/);
    assert.match(check(".claude-mesh.json").found, /alias: named "alias"/);
  });
});

describe("the doctor on a broken database", { concurrency: 2 }, () => {
  const faults: Record<string, [(world: World) => void, RegExp, RegExp]> = {
    "that is somebody's text": [
      ({ dbPath }) => writeFileSync(dbPath, "words, and more words\n".repeat(100)),
      /no mesh, but another program's file/,
      /^Set MESH_DB_PATH/,
    ],
    "that was a mesh": [
      ({ dbPath }) => {
        mkdirSync(`${dbPath}.bells`);
        writeFileSync(dbPath, "words, and more words\n".repeat(100));
      },
      /damaged: file is not a database/,
      /--repair/,
    ],
    "that was cut off": [
      (world) => {
        makeDatabaseFile(world);
        truncateSync(world.dbPath, statSync(world.dbPath).size - 9_000);
      },
      /^damaged: /,
      /--repair/,
    ],
    "that is empty beside a full log": [
      ({ dbPath }) => {
        mkdirSync(`${dbPath}.bells`);
        writeFileSync(dbPath, "");
        writeFileSync(`${dbPath}-wal`, "frames");
      },
      /damaged: it is cut off/,
      /--repair/,
    ],
    "of a newer schema": [makeNewer, /schema 99; this version knows up to \d+/, /Update the plugin/],
    "of another program": [makeForeign, /another program's/, /move this one away/],
    "that is a folder": [({ dbPath }) => void mkdirSync(dbPath), /not a file/, /MESH_DB_PATH/],
  };
  for (const [fault, [breakIt, found, remedy]] of Object.entries(faults)) {
    test(fault, async (t) => {
      const world = openWorld(t);
      breakIt(world);
      const { code, check } = await diagnose(world);
      assert.equal(code, 1);
      assertCheck(check("contents"), "failure", found, remedy);
    });
  }

  test("that others can write to, or read", async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    chmodSync(world.dbPath, 0o666);
    const writable = await diagnose(world);
    assert.equal(writable.code, 1);
    assertCheck(writable.check("file"), "failure", /written to by others \(0666\)/, /chmod go-w/);
    chmodSync(world.dbPath, 0o644);
    const readable = await diagnose(world);
    assert.equal(readable.code, 0);
    assertCheck(readable.check("file"), "warning", /read by others \(0644\)/, /--repair/);
  });

  const noRoot = process.getuid?.() === 0 ? {} : { skip: "only root can give a file away" };
  test("that is another user's", noRoot, async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    chownSync(world.dbPath, 65_534, 65_534);
    const { code, check } = await diagnose(world);
    assert.equal(code, 1);
    assertCheck(check("file"), "failure", /another user's/, /chown/);
  });

  test("in a folder that is not there, or cannot be", async (t) => {
    const world = openWorld(t);
    const missing = await diagnose(world, { env: { MESH_DB_PATH: join(world.home, "typo", "mesh.db") } });
    assert.equal(missing.code, 0);
    assertCheck(
      missing.check("database"),
      "warning",
      /\(environment\) lies in a folder that is not there/,
      /correct MESH_DB_PATH/,
    );
    assert.ok(!existsSync(join(world.home, "typo")));
    const impossible = await diagnose(world, {
      env: { MESH_DB_PATH: join(import.meta.filename, "mesh.db") },
    });
    assert.equal(impossible.code, 1);
    assertCheck(impossible.check("database"), "failure", /cannot be made/, /place of your own/);
  });

  test("that another process locks: it is named", async (t) => {
    const world = openWorld(t);
    makeDatabaseFile(world);
    const holder = await holdLock(t, world);
    const { code, check } = await diagnose(world);
    assert.equal(code, 1);
    const who = process.platform === "linux" ? `process ${holder} \\(.*node` : "another process";
    assertCheck(check("write lock"), "failure", new RegExp(`held by ${who}`), /end/);
  });
});

describe("the doctor on sessions that are not what they seem", { concurrency: 2 }, () => {
  test("a client that is gone, and its wait", async (t) => {
    const world = openWorld(t);
    const store = world.store();
    const now = Date.now();
    // Pid 1 started at another time, so these processes have ended.
    const [gone, waiter] = ["@0@", "@00@"].map((start) => processKey(1).replace(/@[^@]+@/, start));
    const peer = await store.join({ host: must(gone), projectPath: "/work/app", baseName: "app", now });
    const asker = await store.join({ host: "1@1@elsewhere", projectPath: "/work/api", baseName: "api", now });
    const by = { process: must(waiter), id: "one" };
    await store.ask({ asker: asker.id, to: [peer.name], body: "Port?", by, now });
    const { code, check } = await diagnose(world);
    assert.equal(code, 0);
    assertCheck(check("peer app"), "warning", /is gone, and its name not free yet/, /--repair/);
    assertCheck(check("waits"), "warning", /1 processes that are gone/, /--repair/);
    const repaired = await runDoctor(world, ["--repair"]);
    assert.match(repaired.stdout, /freed the names and ended the waits of 2 processes/);
    const after = await diagnose(world);
    assertCheck(after.check("waits"), "ok", /none/);
    assert.ok(!after.checks.some(({ name }) => name === "peer app"));
  });

  test("a client that lives and whose server does not", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    await server.call("register");
    await server.kill("SIGKILL");
    assertCheck((await diagnose(world)).check("peer backend"), "warning", /its server does not run/, /\/mcp/);
  });
});

test("a word that is not known, and two calls in one, are told with exit code 2", async (t) => {
  const world = openWorld(t);
  const unknown = await runDoctor(world, ["--repiar"]);
  assert.deepEqual([unknown.code, /did you mean --repair/.test(unknown.stderr)], [2, true]);
  const both = await runDoctor(world, ["--repair", "--roundtrip", "backend"]);
  assert.equal(both.code, 2);
});

function makeNewer(world: World): void {
  const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 1_000 });
  db.run("UPDATE meta SET value = '99' WHERE key = 'readable_by_schema'");
  db.run("PRAGMA user_version = 99");
  db.close();
}

function makeForeign(world: World): void {
  const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 1_000 });
  for (const table of ["probes", "waits", "questions", "peers", "sightings"]) db.run(`DROP TABLE ${table}`);
  db.close();
}

/** A process that holds the write lock until the test ends. Returns its pid. */
async function holdLock(t: TestContext, { dbPath }: World): Promise<number> {
  const code = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1]);
    database.exec("BEGIN IMMEDIATE");
    process.stdout.write("held");
    process.stdin.resume().on("end", () => process.exit());`;
  const child = spawn(process.execPath, ["-e", code, dbPath], {
    cwd: REPOSITORY,
    env: {},
    stdio: ["pipe", "pipe", "ignore"],
  });
  t.after(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, "exit");
  });
  await once(child.stdout, "data");
  return must(child.pid);
}
