import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import type { TestServer } from "../support/server.ts";
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
      /database .*mesh\.db: .*not a database.*To mend it.*MESH_DB_PATH/,
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

function makeNewer({ dbPath }: World): void {
  const { db } = openDatabase({ path: dbPath, driver: "auto", busyTimeout: 1_000 });
  db.run("UPDATE meta SET value = '99' WHERE key = 'readable_by_schema'");
  db.run("PRAGMA user_version = 99");
  db.close();
}
