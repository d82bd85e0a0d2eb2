import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { askPeer } from "../hooks/support.ts";
import { runCli } from "../support/cli.ts";
import { openClientInbox } from "../support/client-inbox.ts";
import { HOOKS } from "../support/paths.ts";
import { nextQuestion } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

async function threeServers(t: TestContext) {
  const world = openWorld(t);
  const asker = await world.server("frontend");
  const [asked, other] = [await world.server("backend"), await world.server("other")];
  await asked.call("register");
  await other.call("register");
  return { asker, asked, other };
}

describe("what was asked of one peer is nothing to another", () => {
  test("it cannot answer it, decline it, read it, or wait for its answer", async (t) => {
    const { asker, asked, other } = await threeServers(t);
    const input = { to: "backend", question: "The secret port?", timeout_seconds: 60 };
    const waiting = asker.call("ask_peer", input);
    const { question_id } = await nextQuestion(asked);
    const answers = [
      await other.call("reply_to_peer", { question_id, answer: "forged" }),
      await other.call("reply_to_peer", { question_id, answer: "forged", decline: true }),
      // Nor may the asker answer itself, or the one that is asked wait for its own answer.
      await asker.call("reply_to_peer", { question_id, answer: "forged" }),
    ];
    for (const { error } of answers) assert.match(error ?? "no error", /was asked of another session/);
    for (const server of [other, asked]) {
      const awaited = await server.call("await_reply", { question_id, timeout_seconds: 1 });
      assert.match(awaited.error ?? "no error", /was asked by another session/);
    }
    assert.doesNotMatch(JSON.stringify(await other.callRaw("poll_inbox")), /secret/);
    assert.doesNotMatch(JSON.stringify(await other.callRaw("list_peers")), /secret/);
    await asked.call("reply_to_peer", { question_id, answer: "8080" });
    assert.equal((await waiting).answer, "8080");
    assert.doesNotMatch(JSON.stringify(await other.callRaw("poll_inbox")), /secret|8080/);
  });

  test("nor can it end another's wait, or take back its question", async (t) => {
    const { asker, asked, other } = await threeServers(t);
    const waiting = asker.call("ask_peer", { to: "backend", question: "Which?", timeout_seconds: 60 });
    const { question_id } = await nextQuestion(asked);
    const abort = new AbortController();
    const meddling = other.call("await_reply", { question_id }, { signal: abort.signal }).catch(() => ({}));
    abort.abort();
    await meddling;
    await other.kill("SIGKILL");
    assert.equal(
      (await asked.call("reply_to_peer", { question_id, answer: "this" })).question_id,
      question_id,
    );
    assert.equal((await waiting).answer, "this");
  });
});

test("after a wake, the token of the session's inbox stands in no file and no line of the mesh", async (t) => {
  const world = openWorld(t);
  const inbox = await openClientInbox(t);
  const server = await world.server("backend", { hosted: true, env: inbox.env });
  world.hostStatus(server.hostPid, "idle");
  await server.call("register");
  await askPeer(world, "backend");
  await until("the wake", () => inbox.posts.length > 0);
  assert.ok(JSON.stringify(inbox.posts).includes(inbox.token));
  // Where nobody takes it, too: what fails is logged.
  const env = { ...inbox.env, CLAUDE_CODE_MESSAGING_SOCKET: join(world.home, "no.sock") };
  const alone = await world.server("alone", { hosted: true, env });
  world.hostStatus(alone.hostPid, "idle");
  await alone.call("register");
  await askPeer(world, "alone");
  await until("the failed wake", () => alone.stderr.find((line) => line.includes("no.sock")));
  const said = [...server.stderr, ...alone.stderr];
  for (const file of HOOKS) {
    const input = { hook_event_name: "Stop", session_id: "one", command_args: "status" };
    const run = await world.hook(file, {
      project: "backend",
      hostPid: server.hostPid,
      env: inbox.env,
      input,
    });
    said.push(run.stdout, run.stderr);
  }
  for (const words of [["doctor"], ["doctor", "--json"], ["log", "--json"]]) {
    const run = await runCli(world, words, { in: "backend", env: inbox.env });
    said.push(run.stdout, run.stderr);
  }
  assert.ok(!said.join("\n").includes(inbox.token));
  const folder = join(world.dbPath, "..");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "inbox.sock")
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(["mesh.db", "mesh.db-wal", "mesh.db-shm"].every((name) => files.includes(join(folder, name))));
  assert.ok(files.some((file) => file.includes("mesh.db.bells")));
  for (const file of files) assert.ok(!readFileSync(file).includes(inbox.token), file);
  assert.ok(!JSON.stringify(await server.callRaw("list_peers")).includes(inbox.token));
});

for (const umask of [0, 0o777]) {
  test(`all that the mesh keeps is its user's alone, under the umask ${umask.toString(8)}`, async (t) => {
    const world = openWorld(t);
    for (const project of ["backend", "frontend"]) world.project(project);
    const before = process.umask(umask);
    t.after(() => void process.umask(before));
    const env = { MESH_DB_PATH: join(world.home, ".claude-mesh", "mesh.db") };
    const [backend, frontend] = [
      await world.server("backend", { env }),
      await world.server("frontend", { env }),
    ];
    process.umask(before);
    await backend.call("register");
    // Rings the one and listens for the other.
    await frontend.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: 1 });
    const folder = join(world.home, ".claude-mesh");
    const entries = [".", ...readdirSync(folder, { recursive: true }).map(String)];
    // The folder, three files of the database, and the bells with at least one.
    assert.ok(entries.length >= 6, entries.join(" "));
    for (const name of entries) {
      const stat = statSync(join(folder, name));
      assert.equal(stat.mode & 0o777, stat.isDirectory() ? 0o700 : 0o600, name);
    }
  });
}

test("the server listens on no network", {
  skip: process.platform === "linux" ? false : "needs /proc",
}, async (t) => {
  const world = openWorld(t);
  const inbox = await openClientInbox(t);
  const server = await world.server("backend", { env: inbox.env });
  await server.call("register");
  const process = `/proc/${server.pid}`;
  const sockets = readdirSync(`${process}/fd`)
    .map((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`${process}/fd/${fd}`))?.[1])
    .filter((inode) => inode !== undefined);
  let tables = 0;
  for (const table of ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"]) {
    let lines: string[];
    try {
      lines = readFileSync(`${process}/net/${table}`, "utf8").split("\n").slice(1);
    } catch {
      // This kernel has no such protocol.
      continue;
    }
    tables++;
    const inodes = lines.map((line) => line.trim().split(/\s+/)[9]);
    assert.deepEqual(
      sockets.filter((inode) => inodes.includes(inode)),
      [],
      table,
    );
  }
  assert.ok(tables > 0 && sockets.length > 0, "there was something to look at");
});
