import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { shownText } from "../support/hook.ts";
import { openWorld, type World } from "../support/world.ts";
import { askPeer, hooksOf, startClient } from "./support.ts";

test("StopFailure marks the session idle, prints nothing, and leaves what waits to the next turn", async (t) => {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  await client.prompt();
  const id = await askPeer(world, "backend");
  const store = world.store();
  const activity = async () =>
    (await store.peers(Date.now())).find(({ name }) => name === "backend")?.activity;
  assert.equal(await activity(), "busy");
  const input = { hook_event_name: "StopFailure", session_id: "one", error: "server_error" };
  const failed = await world.hook("inbox-poll", { project: "backend", hostPid: client.pid, input });
  assert.deepEqual([failed.code, failed.stdout, failed.stderr], [0, "", ""]);
  assert.equal(await activity(), "idle");
  assert.match(
    shownText(await client.prompt()),
    new RegExp(`^<peer-question mark="\\w+" question_id="${id}"`),
  );
});

/** What keeps a session out of the mesh, and what its person is told of it. */
interface Outside {
  readonly env?: NodeJS.ProcessEnv;
  prepare?(world: World, t: TestContext): void;
  readonly says: RegExp;
}
const OUTSIDE: Readonly<Record<string, Outside>> = {
  "a path of the project that means another folder elsewhere": {
    env: { CLAUDE_MESH_PROJECT_PATH: "./sub" },
    says: /CLAUDE_MESH_PROJECT_PATH=\.\/sub: a relative path .* such as ~\/shop\/api\. Correct it and try again\.$/,
  },
  "a broken .claude-mesh.json": {
    prepare: (world) => void world.project("backend", '{ "name": }'),
    says: /backend\/\.claude-mesh\.json, line 1: it is not valid JSON\. Correct it and try again\.$/,
  },
  "a database that is a folder": {
    prepare: (world) => mkdirSync(world.dbPath),
    says: /mesh\.db is not a file\. To mend it, run claude-mesh doctor/,
  },
  "a locked database": {
    prepare(world, t) {
      world.store();
      const { db } = openDatabase({ path: world.dbPath, driver: "auto", busyTimeout: 0 });
      t.after(() => db.close());
      db.run("BEGIN IMMEDIATE");
    },
    says: /database is locked\. To mend it, run claude-mesh doctor/,
  },
};

describe("a session that cannot be in the mesh tells its person once, at its start", {
  concurrency: 2,
}, () => {
  for (const [what, { env, prepare, says }] of Object.entries(OUTSIDE)) {
    test(what, async (t) => {
      const world = openWorld(t);
      prepare?.(world, t);
      const client = hooksOf(world, "backend", world.host().pid, env);
      const { code, stdout, output } = await client.start("one");
      assert.deepEqual(
        [code, stdout.split("\n").length, Object.keys(output ?? {})],
        [0, 2, ["systemMessage"]],
      );
      assert.match(output?.systemMessage ?? "", /^claude-mesh: this session is not in the mesh: [^\n]*$/);
      assert.match(output?.systemMessage ?? "", says);
      for (const hook of [client.prompt, client.stop, () => client.end("one")]) {
        const run = await hook();
        assert.deepEqual([run.code, run.stdout], [0, ""]);
        assert.match(run.stderr, /^claude-mesh hook: [^\n]+\n$/);
      }
    });
  }
});
