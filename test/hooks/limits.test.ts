import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { deadMount, makeFifo, NO_FUSE } from "../support/disk.ts";
import { type HookResult, shownText } from "../support/hook.ts";
import type { HookFile } from "../support/paths.ts";
import { must } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { askPeer, serve } from "./support.ts";

interface Event {
  readonly file: HookFile;
  /** What it may take, in milliseconds. */
  readonly limit: number;
  readonly more?: object;
}

const EVENTS: Readonly<Record<string, Event>> = {
  SessionStart: { file: "session-start", limit: 2_000 },
  UserPromptSubmit: { file: "inbox-poll", limit: 2_000 },
  Stop: { file: "inbox-poll", limit: 2_000 },
  StopFailure: { file: "inbox-poll", limit: 2_000 },
  SessionEnd: { file: "session-end", limit: 1_000 },
};
/** What is answered at once. */
const WORDS = ["inbox", "log", "peers", "status"];
const SLASH: Event = { file: "mesh-command", limit: 2_000 };

/** How much longer than its yardstick a start may take where many processes run at once. */
const UNEVEN = 5;

/** A hook was late. On a busy machine any may be; what tells one that is always late is that it is late each time. */
class LateError extends Error {}

/** How often a test of what takes its time is tried where a hook was late. */
const TRIES = 8;

/** Defines a test whose hooks must be in their time in one try; whatever else is wrong fails at once. */
function testInTime(name: string, body: (t: TestContext) => Promise<void>): void {
  test(name, async (t) => {
    for (let tries = 1; ; tries++) {
      try {
        return await body(t);
      } catch (error) {
        if (!(error instanceof LateError) || tries === TRIES) throw error;
        t.diagnostic(error.message);
      }
    }
  });
}

/**
 * Runs a hook, and beside it the same one with nothing in its way: how long that takes on this machine in this moment
 * is allowed besides. A hook without its limit is killed in the end.
 */
async function runInTime(
  t: TestContext,
  world: World,
  event: string,
  { file, limit, more = {} }: Event,
  request: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly hostPid?: number } = {},
): Promise<HookResult> {
  const free = openWorld(t);
  const usual = { hook_event_name: event, session_id: "one", reason: "other", source: "startup", ...more };
  const [run, yardstick] = await Promise.all([
    world.hook(file, { project: "backend", hostPid: world.host().pid, input: usual, once: true, ...request }),
    free.hook(file, { project: "backend", hostPid: free.host().pid, input: usual, once: true }),
  ]);
  // Whatever is in its way, and however late it is.
  assert.deepEqual([yardstick.code, run.code], [0, 0]);
  const most = limit + UNEVEN * yardstick.ms;
  if (run.ms > most) throw new LateError(`${event}: ${run.ms} ms, and free ${yardstick.ms} ms`);
  // It ends in its time by the same clock, and then has not come to what it had to say.
  if (GAVE_UP.test(run.stderr)) throw new LateError(`${event}: ${run.stderr}`);
  return run;
}

const GAVE_UP = /^claude-mesh hook: gave up after \d+ ms\n$/;

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
    for (const [event, limits] of Object.entries(EVENTS)) {
      testInTime(event, async (t) => {
        const world = openWorld(t);
        const env = await prepare(world, t);
        const run = await runInTime(t, world, event, limits, { env });
        assert.match(run.stderr, says);
        // Its person is told at the start, in the same words.
        const line = run.stderr
          .trim()
          .replace("claude-mesh hook", "claude-mesh: this session is not in the mesh");
        assert.deepEqual(run.output, event === "SessionStart" ? { systemMessage: line } : undefined);
      });
    }

    for (const words of WORDS) {
      testInTime(`/mesh ${words}`, async (t) => {
        const world = openWorld(t);
        const env = await prepare(world, t);
        const slash = { ...SLASH, more: { command_args: words } };
        const run = await runInTime(t, world, "UserPromptExpansion", slash, { env });
        // It goes on to Claude; a lock hinders only who writes.
        if (run.stderr !== "") assert.match(run.stderr, says);
        assert.equal(run.stdout === "", run.stderr !== "");
      });
    }
  });
}

/** What a store could be filled with: many questions, or such as take long to measure. */
const MANY: readonly (readonly [what: string, count: number, body: string])[] = [
  ["ten thousand waiting questions", 9_999, "printf('%d%.*c', i, 2000, 'x')"],
  ["five hundred of 64 KiB of pictures", 500, "replace(printf('%.*c', 16000, 'x'), 'x', '\u{1f6a2}')"],
];

for (const [what, count, body] of MANY) {
  describe(`${what}: the hook ends in its time, and the first is shown`, () => {
    async function fill(t: TestContext) {
      const world = openWorld(t);
      const hostPid = world.host().pid;
      await runInTime(t, world, "SessionStart", must(EVENTS["SessionStart"]), { hostPid });
      await serve(world, hostPid);
      const first = await askPeer(world, "backend", "The first?");
      world.database().run(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
         INSERT INTO questions (asker, recipient, body, depth, asked_at, expires_at)
         SELECT asker, recipient, ${body}, depth, asked_at, expires_at FROM questions, n`,
      );
      return { world, hostPid, first };
    }

    for (const words of WORDS) {
      testInTime(`/mesh ${words}`, async (t) => {
        const { world, hostPid, first } = await fill(t);
        const slash = { ...SLASH, more: { command_args: words } };
        const { output, stderr } = await runInTime(t, world, "UserPromptExpansion", slash, { hostPid });
        assert.equal(stderr, "");
        const text = output?.reason ?? "";
        assert.ok(text.length > 0 && text.length < 10_000, `${text.length} characters`);
        if (words === "inbox")
          assert.match(text, new RegExp(`^\n${first} .*\n +The first\\?\n[^]*\n… The rest: `));
      });
    }

    testInTime("SessionStart", async (t) => {
      const { world, hostPid } = await fill(t);
      const run = await runInTime(t, world, "SessionStart", must(EVENTS["SessionStart"]), { hostPid });
      assert.equal(run.stderr, "");
      assert.ok(shownText(run).length < 10_000);
      assert.match(
        shownText(run),
        new RegExp(`\\. ${count + 1} questions wait for it; the next turn shows what\\.$`),
      );
    });

    for (const event of ["UserPromptSubmit", "Stop"]) {
      testInTime(event, async (t) => {
        const { world, hostPid, first } = await fill(t);
        const run = await runInTime(t, world, event, must(EVENTS[event]), { hostPid });
        assert.equal(run.stderr, "");
        assert.ok(shownText(run).length < 10_000, event);
        assert.match(shownText(run), new RegExp(`${first}"`));
      });
    }

    testInTime("SessionEnd", async (t) => {
      const { world, hostPid } = await fill(t);
      const end = await runInTime(t, world, "SessionEnd", must(EVENTS["SessionEnd"]), { hostPid });
      assert.deepEqual([end.stderr, end.stdout], ["", ""]);
    });
  });
}

describe("eight megabytes of no JSON: the hook ends in its time", () => {
  for (const [event, limits] of [...Object.entries(EVENTS), ["UserPromptExpansion", SLASH] as const]) {
    testInTime(event, async (t) => {
      const run = await runInTime(t, openWorld(t), event, limits, { input: "x".repeat(8_000_000) });
      assert.equal(run.stdout, "");
      assert.match(run.stderr, /^claude-mesh hook: failed: the hook's input is not JSON\n$/);
    });
  }
});

test("a folder that is not ours alone stops a hook, and its line says so", async (t) => {
  const world = openWorld(t);
  chmodSync(join(world.dbPath, ".."), 0o777);
  const input = { hook_event_name: "Stop", session_id: "one" };
  const run = await world.hook("inbox-poll", { project: "backend", hostPid: world.host().pid, input });
  assert.deepEqual([run.code, run.stdout], [0, ""]);
  assert.match(run.stderr, /is writable by others/);
});
