import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertCheck, diagnose } from "../cli/doctor-support.ts";
import { startClient } from "../hooks/support.ts";
import { tempFolder } from "../support/folder.ts";
import { shownText } from "../support/hook.ts";
import { HOST_LINE, type TestServer } from "../support/server.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** Plays a client that lives on without its server, and starts another one, behind a socket, when it is told to. */
const HOST = `
const { spawn } = require("node:child_process");
const first = spawn(process.execPath, [process.argv[1]], { stdio: "inherit" });
process.stderr.write("${HOST_LINE}" + first.pid + "\\n");
require("node:net").createServer((socket) => {
  const next = spawn(process.execPath, [process.argv[1]], { stdio: ["pipe", "pipe", "inherit"] });
  socket.pipe(next.stdin);
  next.stdout.pipe(socket);
  socket.on("error", () => {});
}).listen(process.env.NEXT_SERVER);
`;

async function twoSessions(t: TestContext) {
  // Before the world ends: a server that is suspended does not.
  const suspended: number[] = [];
  t.after(() => suspended.forEach(resume));
  const suspend = (pid: number) => {
    suspended.push(pid);
    process.kill(pid, "SIGSTOP");
  };
  const world = openWorld(t);
  const next = join(tempFolder(), "next.sock");
  const [frontend, backend] = await Promise.all([
    world.server("frontend"),
    world.server("backend", { hosted: true, host: HOST, env: { NEXT_SERVER: next } }),
  ]);
  await seesPeer(frontend, "backend");
  // Till then it is only about to be served.
  await backend.call("register");
  const hook = (event: string, prompt = "go on") =>
    world.hook("inbox-poll", {
      project: "backend",
      hostPid: backend.hostPid,
      input: { hook_event_name: event, session_id: "one", prompt },
    });
  return { world, frontend, backend, next, hook, suspend };
}

function resume(pid: number): void {
  process.kill(pid, "SIGCONT");
}

test("a session that was taken for gone joins again by its server's next heartbeat", async (t) => {
  const { world, frontend, backend } = await twoSessions(t);
  await backend.call("register", { name: "orders" });
  const store = world.store();
  const { id, host } = must((await store.peers(Date.now())).find(({ name }) => name === "orders"));
  const found = async () => (await store.peers(Date.now())).find((peer) => peer.host === host);
  // The first time its server may be about to say that it serves; from then on it has but its heartbeat.
  for (const time of ["first", "second"]) {
    await store.bury([must(host)], Date.now());
    assert.equal(await statusOf(frontend, "orders"), "inactive");
    const again = await until(`the session's address for the ${time} time`, found);
    // That it serves is said at once, and not ten seconds later.
    assert.deepEqual([again.id, again.name, again.server === null], [id, "orders", false]);
  }
});

async function statusOf(server: TestServer, name: string) {
  return (await server.call("list_peers")).peers?.find((peer) => peer.name === name)?.status;
}

describe("a session that is suspended", { skip: process.platform !== "linux", concurrency: 2 }, () => {
  for (const part of ["client", "server"] as const) {
    test(`by its ${part} is unreachable until it goes on, and keeps what it has`, async (t) => {
      const { world, frontend, backend, hook, suspend } = await twoSessions(t);
      const pid = part === "client" ? backend.hostPid : backend.pid;
      const seenAs = (status: string) =>
        until(`the session as ${status}`, async () => (await statusOf(frontend, "backend")) === status);
      await seenAs("active");
      suspend(pid);
      // Without a look of another session's, too.
      const check = (await diagnose(world, { in: "frontend" })).check("peer backend");
      assertCheck(check, "warning", /it is suspended/);
      await seenAs("unreachable");
      const asked = await frontend.call("ask_peer", { to: "backend", question: "Which port?" });
      assert.equal(asked.status, "queued");
      assert.match(must(asked.hint), /is suspended.*resumes it/);
      if (part === "server") {
        const shown = await hook("UserPromptSubmit");
        assert.doesNotMatch(shownText(shown), /peer-question/);
        assert.match(must(shown.output?.systemMessage), /does not run/);
      }
      resume(pid);
      await seenAs("active");
      assert.match(
        shownText(await hook("UserPromptSubmit")),
        new RegExp(`question_id="${asked.question_id}"`),
      );
    });
  }

  test("ends the wait of who asked it, and says why", async (t) => {
    const { frontend, backend, suspend } = await twoSessions(t);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    // By then it has noted that the question was shown: a process that is stopped in a write holds up all others.
    await backend.call("list_peers");
    suspend(backend.pid);
    const left = await asking;
    assert.equal(left.status, "peer_left");
    assert.match(must(left.hint), /is suspended.*stays open/);
  });
});

describe("a session whose server was killed", { concurrency: 2 }, () => {
  test("is unreachable: lists say so, an ask is queued at once, and its person is told once", async (t) => {
    const { frontend, backend, hook } = await twoSessions(t);
    await backend.kill("SIGKILL");
    assert.equal(await statusOf(frontend, "backend"), "unreachable");
    const start = performance.now();
    const asked = await frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    assert.equal(asked.status, "queued");
    // Its time is 300 s.
    assert.ok(performance.now() - start < 60_000);
    assert.match(must(asked.hint), /lives, but its mesh server does not run.*when that is mended/s);
    const first = await hook("UserPromptSubmit");
    assert.doesNotMatch(shownText(first), /peer-question/);
    assert.match(must(first.output?.systemMessage), /\/mcp/);
    assert.equal((await hook("UserPromptSubmit")).stdout, "");
    assert.equal((await hook("Stop")).stdout, "");
  });

  test("is live to nobody who counts or names those that can be asked", async (t) => {
    const { world, frontend, backend } = await twoSessions(t);
    const mobile = startClient(world, "mobile");
    await mobile.start("one");
    const refused = async () =>
      must((await frontend.call("ask_peer", { to: "nobody", question: "Which port?" })).error);
    const others = async () => {
      const text = must((await mobile.slash("status")).output?.reason);
      return /^others +(.*)$/m.exec(text)?.[1];
    };
    assert.match(await refused(), /Live peers: backend, mobile\.$/);
    assert.equal(await others(), "2 live");
    await backend.kill("SIGKILL");
    assert.match(await refused(), /Live peers: mobile\.$/);
    assert.equal(await others(), "1 live");
    assert.match(shownText(await startClient(world, "web").start("two")), /live peers: frontend, mobile\./);
    // Before any look of another session's, too, as the doctor finds the file.
    const other = await world.server("mobile", { hosted: true });
    const { name } = await other.call("register");
    await other.kill("SIGKILL");
    const here = (await diagnose(world, { in: "mobile" })).check("peers of this folder");
    assertCheck(here, "ok", new RegExp(`^mobile, ${name} \\(unreachable\\)$`));
  });

  test("ends the wait of who asked it, and says what becomes of the question", async (t) => {
    const { frontend, backend } = await twoSessions(t);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    await backend.kill("SIGKILL");
    const left = await asking;
    assert.deepEqual([left.status, left.question_id], ["peer_left", question_id]);
    assert.match(must(left.hint), /lives, but its mesh server has ended.*stays open/s);
  });

  test("is active again with another server of the same client, and is shown what waits", async (t) => {
    const { frontend, backend, next, hook } = await twoSessions(t);
    await backend.kill("SIGKILL");
    const { status, question_id } = await frontend.call("ask_peer", {
      to: "backend",
      question: "Which port?",
    });
    assert.equal(status, "queued");
    const socket = connect(next);
    t.after(() => socket.destroy());
    const send = (message: object) => socket.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "claude-code", version: "1" };
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
    send({ id: 1, method: "initialize", params });
    await once(socket, "data");
    send({ method: "notifications/initialized" });
    send({ id: 2, method: "tools/list" });
    await until("the session as one that can be asked", async () => {
      return (await statusOf(frontend, "backend")) === "active";
    });
    const { peers = [] } = await frontend.call("list_peers");
    assert.deepEqual(peers.map(({ name }) => name).sort(), ["backend", "frontend"]);
    assert.match(shownText(await hook("UserPromptSubmit")), new RegExp(`question_id="${question_id}"`));
  });
});
