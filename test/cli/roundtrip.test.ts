import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jsonOf } from "../support/cli.ts";
import { openClientInbox } from "../support/client-inbox.ts";
import type { ServerOptions } from "../support/server.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { openWorld, type World } from "../support/world.ts";
import { runDoctor } from "./doctor-support.ts";

interface Answered {
  readonly heard_by: string;
  readonly way: string;
  readonly written_us: number;
  readonly heard_us: number;
  readonly answered_us: number;
  readonly read_us: number;
}

async function join(world: World, name: string, options: Omit<ServerOptions, "cwd"> = {}) {
  const server = await world.server(name, options);
  await server.call("register");
  return server;
}

async function testQuestion(world: World, peer: string, env: NodeJS.ProcessEnv = {}): Promise<Answered> {
  const run = await runDoctor(world, ["--roundtrip", peer, "--json"], { env });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const result = jsonOf<Answered>(run);
  const { written_us: written, heard_us: heard, answered_us: answered, read_us: read } = result;
  assert.ok(0 <= written && 0 < heard && heard <= answered && answered <= read, run.stdout);
  return result;
}

describe("a test question", { concurrency: 2 }, () => {
  test("is answered by the peer's server, which heard the bell, and leaves nothing behind", async (t) => {
    const world = openWorld(t);
    const backend = await join(world, "backend", { hosted: true });
    world.hostStatus(backend.hostPid, "busy");
    const { heard_by, way } = await testQuestion(world, "Backend");
    assert.deepEqual([heard_by, way], ["bell", "turn"]);
    const inbox = await backend.call("poll_inbox");
    assert.deepEqual([inbox.questions, inbox.replies], [[], []]);
    const { stdout } = await runDoctor(world, ["--roundtrip", "backend"]);
    assert.match(
      stdout,
      /backend answered\.\n.*written\n.*heard the bell\n.*no model was asked\n.*read here\n.*in the turn/,
    );
    assert.deepEqual(await world.store().history({ limit: 10, now: Date.now() }), []);
  });

  test("is found by the poll where there are no bells", async (t) => {
    const world = openWorld(t);
    const env = { MESH_BELLS: "0" };
    await join(world, "backend", { hosted: true, env });
    assert.equal((await testQuestion(world, "backend", env)).heard_by, "poll");
    assert.match(
      (await runDoctor(world, ["--roundtrip", "backend"], { env })).stdout,
      /found it at its poll/,
    );
  });

  test("says how a question would be shown now", async (t) => {
    const world = openWorld(t);
    const { env } = await openClientInbox(t);
    const [idle, socket, caller] = await Promise.all([
      join(world, "idle", { hosted: true }),
      join(world, "socket", { hosted: true, env }),
      join(world, "caller"),
    ]);
    world.hostStatus(idle.hostPid, "idle");
    world.hostStatus(socket.hostPid, "idle");
    const ways = async (name: string) => (await testQuestion(world, name)).way;
    assert.equal(await ways("idle"), "prompt");
    assert.equal(await ways("socket"), "socket");
    assert.equal(await ways("caller"), "inbox");
    await seesPeer(caller, "idle");
    const asking = caller.call("ask_peer", { to: "idle", question: "Which port?" });
    const { question_id } = await nextQuestion(idle);
    assert.equal(await ways("caller"), "wait");
    await idle.call("reply_to_peer", { question_id, answer: "8080" });
    // The test question has ended nobody's wait.
    assert.equal((await asking).answer, "8080");
    world.hostSettings({ crossSessionInbound: "hold" });
    assert.equal(await ways("socket"), "refused");
  });

  test("to a peer that is gone, or unknown, says so", async (t) => {
    const world = openWorld(t);
    const backend = await join(world, "backend", { hosted: true });
    await backend.killHost();
    const gone = await runDoctor(world, ["--roundtrip", "backend"]);
    assert.equal(gone.code, 1);
    assert.match(gone.stdout, /backend has no live session; it was last seen/);
    const json = jsonOf(await runDoctor(world, ["--roundtrip", "backend", "--json"]));
    assert.equal(json["status"], "inactive");
    assert.match(String(json["last_seen_at"]), /^\d{4}-.*Z$/);
    const unknown = await runDoctor(world, ["--roundtrip", "backnd"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no peer named "backnd".*Did you mean backend/);
  });

  test("to a client whose server does not run, or does not know of test questions, says so in seconds", async (t) => {
    const world = openWorld(t);
    const backend = await join(world, "backend", { hosted: true });
    await backend.kill("SIGKILL");
    const silent = await runDoctor(world, ["--roundtrip", "backend"]);
    assert.equal(silent.code, 1);
    assert.match(silent.stdout, /backend did not answer within 4 s.*Its server does not run/);
    // A process that plays no part in test questions.
    const host = world.host();
    const input = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
    await world.hook("session-start", { project: "old", input, hostPid: host.pid });
    assert.match((await runDoctor(world, ["--roundtrip", "old"])).stdout, /old did not answer/);
  });
});
