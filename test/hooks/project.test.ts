import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { shownText } from "../support/hook.ts";
import type { TestServer } from "../support/server.ts";
import { nextQuestion } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { hooksOf, stateOf } from "./support.ts";

/** Which of a session's processes joins first. */
type First = "server" | "hook";

/** What became of a project's name or folder between two of its sessions. */
interface Change {
  /** In the session before. Returns the name by which others ask it. */
  readonly inSession?: (session: TestServer) => Promise<string>;
  /** Between the two. Returns the folder's name now. */
  readonly between?: (world: World, first: First) => string | Promise<string>;
  /** What the next session is called. */
  readonly name: string;
}

const CHANGES: Readonly<Record<string, Change>> = {
  "nothing was changed": { name: "svc" },
  "the session had chosen a name": {
    inSession: async (session) => must((await session.call("register", { name: "svc-v2" })).name),
    name: "svc",
  },
  "the name in .claude-mesh.json is another one": {
    between(world) {
      world.project("svc", '{ "name": "service" }');
      return "svc";
    },
    name: "service",
  },
  "the folder was moved": {
    between(world) {
      const from = world.project("svc");
      const to = join(dirname(from), "deep", "moved");
      mkdirSync(dirname(to));
      renameSync(from, to);
      return "deep/moved";
    },
    name: "moved",
  },
  "the folder was moved, and another one made in its place": {
    between(world) {
      const from = world.project("svc");
      renameSync(from, join(dirname(from), "moved"));
      world.project("svc");
      return "moved";
    },
    name: "moved",
  },
  "the folder was moved aside, and a session began in another one in its place": {
    async between(world, first) {
      const from = world.project("svc");
      renameSync(from, join(dirname(from), "moved"));
      const { server, hooks } = await startSession(world, "svc", "other", first);
      assert.equal(shownText(await hooks.prompt("other")), "");
      await hooks.end("other");
      await server.killHost();
      return "moved";
    },
    name: "moved",
  },
  "the folder was deleted and made anew": {
    between(world) {
      rmSync(world.project("svc"), { recursive: true });
      return "svc";
    },
    name: "svc",
  },
  "another known folder was moved into the place of the deleted one": {
    async between(world, first) {
      const { server, hooks } = await startSession(world, "svc-next", "other", first);
      await hooks.end("other");
      await server.killHost();
      const from = world.project("svc-next");
      rmSync(world.project("svc"), { recursive: true });
      renameSync(from, join(dirname(from), "svc"));
      return "svc";
    },
    name: "svc",
  },
  "the folder is opened by a link": {
    between(world) {
      const from = world.project("svc");
      symlinkSync(from, join(dirname(from), "link"));
      return "link";
    },
    name: "svc",
  },
};

/** Starts a session, hooks or server first. */
async function startSession(world: World, project: string, id: string, first: First) {
  const env = { CLAUDE_PROJECT_DIR: world.project(project) };
  if (first === "server") {
    const server = await world.server(project, { hosted: true, env });
    await server.call("register");
    const hooks = hooksOf(world, project, server.hostPid, env);
    await hooks.start(id);
    return { server, hooks };
  }
  // The client runs its hook before it has told the server anything.
  let hooks: ReturnType<typeof hooksOf> | undefined;
  let started: ReturnType<ReturnType<typeof hooksOf>["start"]> | undefined;
  const server = await world.server(project, {
    hosted: true,
    env,
    onStart({ hostPid }) {
      hooks = hooksOf(world, project, hostPid, env);
      started = hooks.start(id);
    },
  });
  await started;
  await server.call("register");
  return { server, hooks: must(hooks) };
}

async function check(t: TestContext, { inSession, between, name }: Change, first: First) {
  const world = openWorld(t);
  const frontend = await world.server("frontend", { hosted: true });
  await frontend.call("register");

  const before = await startSession(world, "svc", "one", first);
  const called = (await inSession?.(before.server)) ?? "svc";
  const asks = { to: "frontend", question: "Which version?", timeout_seconds: 1 };
  const { question_id: own = "" } = await before.server.call("ask_peer", asks);
  await nextQuestion(frontend);
  await before.hooks.end("one");
  await before.server.killHost();
  await before.server.kill("SIGKILL");

  // Both were acknowledged: the one as queued, the other as an answer that is kept.
  const question = { to: called, question: "Which port?", timeout_seconds: 1 };
  const { question_id: others = "", status } = await frontend.call("ask_peer", question);
  assert.equal(status, "queued");
  await frontend.call("reply_to_peer", { question_id: own, answer: "Version 9" });

  const folder = (await between?.(world, first)) ?? "svc";
  const next = await startSession(world, folder, "two", first);
  assert.equal((await next.server.call("register")).name, name);
  const text = shownText(await next.hooks.prompt("two"));
  assert.match(text, new RegExp(`<peer-question [^\\n]*question_id="${others}"[^\\n]*\\nWhich port\\?\\n`));
  assert.match(text, new RegExp(`<peer-reply [^\\n]*question_id="${own}"[^\\n]*\\n[^\\n]*\\nVersion 9\\n`));
  for (const later of [await next.hooks.stop("two"), await next.hooks.prompt("two")])
    assert.doesNotMatch(later.stdout, /Version 9/);

  await next.server.call("reply_to_peer", { question_id: others, answer: "8080" });
  const got = await until("the answer", async () => (await frontend.call("poll_inbox")).replies?.[0]);
  assert.deepEqual([got.question_id, got.answer], [others, "8080"]);
  assert.equal(await stateOf(world, others), "answered");
}

describe("a project's next session has its question and its answer, by hooks and servers", {
  concurrency: 2,
}, () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    for (const first of ["server", "hook"] as const)
      test(`${what}; the ${first} is first`, (t) => check(t, change, first));
  }
});
