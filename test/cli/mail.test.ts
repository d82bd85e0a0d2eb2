import assert from "node:assert/strict";
import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { jsonOf, runCli } from "../support/cli.ts";
import { seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** `frontend` waits for `backend`, which has not looked yet. */
async function withQuestion(t: TestContext, question = "Which port?") {
  const world = openWorld(t);
  const [frontend, backend] = [await world.server("frontend"), await world.server("backend")];
  await seesPeer(frontend, "backend");
  const asking = frontend.call("ask_peer", { to: "backend", question });
  // Some tests end before it does.
  asking.catch(() => {});
  const store = world.store();
  const [entry] = await until("the question", async () => {
    const found = await store.history({ limit: 1, now: Date.now() });
    return found.length > 0 && found;
  });
  return { world, frontend, backend, asking, store, id: `q${entry?.id}` };
}

const state = async (world: World) => (await world.store().history({ limit: 1, now: Date.now() }))[0]?.state;

describe("claude-mesh inbox", { concurrency: 2 }, () => {
  test("shows a person what waits for the sessions of a folder, and marks nothing", async (t) => {
    const { world, backend, id } = await withQuestion(t, "Which port?\nAnd why?");
    const below = world.project("backend/src");
    mkdirSync(below, { recursive: true });
    for (const place of ["backend", join("backend", "src")]) {
      const { code, stdout } = await runCli(world, ["inbox"], { in: place });
      assert.equal(code, 0);
      assert.match(
        stdout,
        new RegExp(`^${id} from frontend, .*, not shown yet\n    Which port\\?\n    And why\\?\n$`),
      );
    }
    assert.equal(await state(world), "pending");
    assert.equal((await backend.call("poll_inbox")).questions?.[0]?.note, undefined, "the first showing");
  });

  test("of a folder that was moved since, and of one in it", async (t) => {
    const { world, id } = await withQuestion(t);
    const from = world.project("backend");
    mkdirSync(join(from, "src"));
    renameSync(from, join(dirname(from), "moved"));
    for (const place of ["moved", join("moved", "src")])
      assert.match(
        (await runCli(world, ["inbox"], { in: place })).stdout,
        new RegExp(`^${id} from frontend`),
      );
  });

  test("of any peer by name, as JSON; elsewhere nothing waits", async (t) => {
    const { world, id } = await withQuestion(t);
    const look = jsonOf<{ of: string[]; questions: Record<string, unknown>[]; replies: unknown[] }>(
      await runCli(world, ["inbox", "Backend", "--json"]),
    );
    assert.deepEqual([look.of, look.replies], [["backend"], []]);
    const { asked_at, ...question } = look.questions[0] ?? {};
    assert.match(String(asked_at), /^\d{4}-.*Z$/);
    assert.deepEqual(question, {
      question_id: id,
      from: "frontend",
      to: "backend",
      state: "pending",
      question: "Which port?",
      answer: null,
      shown_at: null,
      closed_at: null,
      answer_shown_at: null,
    });
    assert.equal((await runCli(world, ["inbox"])).stdout, "Nothing waits here.\n");
    const unknown = await runCli(world, ["inbox", "bakend"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no peer named "bakend"\. Did you mean backend\?/);
  });
});

describe("claude-mesh reply", { concurrency: 2 }, () => {
  test("answers for the session of the folder", async (t) => {
    const { world, asking, id } = await withQuestion(t);
    const { code, stdout } = await runCli(world, ["reply", id, "-"], { in: "backend", input: "8080\n" });
    assert.deepEqual([code, stdout], [0, `${id}: frontend has the answer of backend.\n`]);
    assert.equal((await asking).answer, "8080");
    const other = await runCli(world, ["reply", id, "9090"], { in: "backend" });
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      new RegExp(`${id} has been answered already, with something else; the first answer stands`),
    );
    // The same once more is the same, also where the id is written as a bare number.
    const same = await runCli(world, ["reply", id.slice(1), "8080"], { in: "backend" });
    assert.deepEqual([same.code, same.stderr], [0, ""]);
  });

  test("declines, with a reason or without, and gives JSON", async (t) => {
    const { world, asking, id } = await withQuestion(t);
    const result = jsonOf(await runCli(world, ["reply", id, "--decline", "--json"], { in: "backend" }));
    assert.deepEqual(result, { status: "delivered", question_id: id, from: "backend", to: "frontend" });
    assert.equal((await asking).status, "declined");
  });

  test("refuses in another folder, and what nobody asked", async (t) => {
    const { world, id } = await withQuestion(t);
    for (const [place, question] of [
      ["frontend", id],
      ["desk", id],
      ["backend", "q999"],
    ] as const) {
      const { code, stdout, stderr } = await runCli(world, ["reply", question, "8080"], { in: place });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`no session of this folder was asked ${question}`));
    }
    assert.equal(await state(world), "pending");
  });
});
