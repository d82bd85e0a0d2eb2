import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { deadMount, makeFifo, NO_FUSE } from "../support/disk.ts";
import { shownText } from "../support/hook.ts";
import type { HookFile } from "../support/paths.ts";
import { openWorld, type World } from "../support/world.ts";
import { askPeer, startClient } from "./support.ts";

/** What each event may take, in milliseconds. */
const EVENTS: Record<string, { file: HookFile; limit: number }> = {
  SessionStart: { file: "session-start", limit: 2_000 },
  UserPromptSubmit: { file: "inbox-poll", limit: 2_000 },
  Stop: { file: "inbox-poll", limit: 2_000 },
  StopFailure: { file: "inbox-poll", limit: 2_000 },
  SessionEnd: { file: "session-end", limit: 1_000 },
};

/** Milliseconds that a process may take longer where many run at once. Without its limit a hook here takes 30 s or more. */
const BUSY_MACHINE = 2_000;

/** Prepares a world and gives what its hooks need of the environment. */
type Prepare = (world: World, t: TestContext) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;

const STATES: Record<string, { prepare: Prepare; says: RegExp; skip?: string | false }> = {
  "the database locked for as long as it runs": {
    prepare(world, t) {
      world.store();
      const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 0 });
      t.after(() => db.close());
      db.run("BEGIN IMMEDIATE");
      return {};
    },
    says: /^claude-mesh hook: [^\n]*mesh\.db: database is locked\. To mend it, run claude-mesh doctor[^\n]*\n$/,
  },
  "a FIFO in place of the database": {
    prepare(world) {
      makeFifo(world.dbPath);
      return {};
    },
    says: /^claude-mesh hook: [^\n]*mesh\.db is not a file\. To mend it, run claude-mesh doctor[^\n]*\n$/,
  },
  "a file system that does not answer": {
    prepare: async (_, t) => ({ MESH_DB_PATH: join(await deadMount(t), "mesh.db") }),
    says: /^claude-mesh hook: [^\n]*does not answer\. To mend it, run claude-mesh doctor[^\n]*\n$/,
    skip: NO_FUSE,
  },
};

for (const [state, { prepare, says, skip = false }] of Object.entries(STATES)) {
  describe(`${state}: the hook ends in its time, with code 0`, { skip }, () => {
    for (const [event, { file, limit }] of Object.entries(EVENTS)) {
      test(event, async (t) => {
        const world = openWorld(t);
        const env = await prepare(world, t);
        const input = { hook_event_name: event, session_id: "one", reason: "other", source: "startup" };
        const run = await world.hook(file, { project: "backend", hostPid: world.host().pid, env, input });
        assert.deepEqual([run.code, run.stdout], [0, ""]);
        assert.match(run.stderr, says);
        assert.ok(run.ms < limit + BUSY_MACHINE, `${run.ms} ms`);
      });
    }
  });
}

test("ten thousand waiting questions: each hook ends in its time and shows the first", async (t) => {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  const first = await askPeer(world, "backend", "The first?");
  const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 5_000 });
  t.after(() => db.close());
  db.run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO questions (asker, recipient, body, depth, asked_at, expires_at)
     SELECT asker, recipient, printf('%d%.*c', i, 2000, 'x'), depth, asked_at, expires_at FROM questions, n`,
  );
  for (const run of [await client.prompt(), await client.stop(), await client.start("two", "clear")]) {
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.ok(shownText(run).length < 10_000);
    assert.ok(run.ms < 4_000, `${run.ms} ms`);
  }
  assert.match(shownText(await client.start("three", "clear")), new RegExp(`${first}|<peer-question`));
  const end = await client.end("three");
  assert.deepEqual([end.code, end.stderr, end.stdout], [0, "", ""]);
});

test("a folder that is not ours alone stops a hook, and its line says so", async (t) => {
  const world = openWorld(t);
  chmodSync(join(world.dbPath, ".."), 0o777);
  const input = { hook_event_name: "Stop", session_id: "one" };
  const run = await world.hook("inbox-poll", { project: "backend", hostPid: world.host().pid, input });
  assert.deepEqual([run.code, run.stdout], [0, ""]);
  assert.match(run.stderr, /is writable by others/);
});
