import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { askPeer } from "../hooks/support.ts";
import { openClientInbox } from "../support/client-inbox.ts";
import { shownText } from "../support/hook.ts";
import { assertPointer } from "../support/pointer.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** A client that has an inbox socket and says that it is idle, with its bundled server. */
async function startSession(t: TestContext, world: World, name: string, env: NodeJS.ProcessEnv = {}) {
  const inbox = await openClientInbox(t);
  const server = await world.server(name, { hosted: true, env: { ...inbox.env, ...env } });
  const { hostPid } = server;
  world.hostStatus(hostPid, "idle", env["CLAUDE_CONFIG_DIR"]);
  // The answer to a call says that the server attends to its session.
  await server.call("register");
  const posted = (count: number) => until(`post ${count}`, () => inbox.posts.length >= count);
  const hook = (event: string, more: object = {}) =>
    world.hook(event === "SessionStart" ? "session-start" : "inbox-poll", {
      project: name,
      hostPid,
      input: { hook_event_name: event, session_id: "one", ...more },
    });
  return { inbox, server, hostPid, posted, hook };
}

type Session = Awaited<ReturnType<typeof startSession>>;

/** Two wakes of another session, each asked for later: whatever the quiet one would post is there by then. */
async function wakeAnother(world: World, name: string, control: Session): Promise<void> {
  const before = control.inbox.posts.length;
  for (let wake = 1; wake <= 2; wake++) {
    await askPeer(world, name, `question ${before + wake}`);
    await control.posted(before + wake);
    await control.hook("UserPromptSubmit");
  }
}

describe("a server with an inbox socket wakes its idle session", { concurrency: 2 }, () => {
  test("once for each burst, with a pointer and never the question", async (t) => {
    const world = openWorld(t);
    const { inbox, posted, hook, server } = await startSession(t, world, "backend");
    for (let burst = 1; burst <= 2; burst++) {
      for (let n = 0; n < 3; n++) await askPeer(world, "backend", `secret ${burst}.${n}`);
      await posted(burst);
      const shown = shownText(await hook("UserPromptSubmit"));
      assert.equal(shown.match(/^secret \d\.\d$/gm)?.length, 3);
      await server.call("list_peers");
    }
    assert.equal(inbox.posts.length, 2);
    const texts = inbox.posts.map(([auth, user, ...more]) => {
      const { content, ...message } = (user?.["message"] ?? {}) as Record<string, unknown>;
      assert.deepEqual([auth, more], [{ type: "auth", token: inbox.token }, []]);
      assert.deepEqual(
        [user, message],
        [{ type: "user", message: { role: "user", content } }, { role: "user" }],
      );
      assertPointer(content);
      return content;
    });
    assert.notEqual(texts[0], texts[1], "the client drops a text that it has had");
  });

  test("and keeps the token to itself", async (t) => {
    const world = openWorld(t);
    const { inbox, posted, hook, server } = await startSession(t, world, "backend");
    await askPeer(world, "backend");
    await posted(1);
    await hook("UserPromptSubmit");
    for (const path of ["", "-wal", "-shm"]
      .map((end) => world.dbPath + end)
      .filter((file) => existsSync(file))) {
      assert.ok(!readFileSync(path).includes(inbox.token), path);
    }
    assert.ok(!server.stderr.join("\n").includes(inbox.token));
    assert.ok(!JSON.stringify(await server.call("list_peers")).includes(inbox.token));
  });

  test("over an answer that came after its call had ended", async (t) => {
    const world = openWorld(t);
    const { inbox, posted, server } = await startSession(t, world, "frontend");
    const backend = await world.server("backend");
    await seesPeer(server, "backend");
    const ask = { to: "backend", question: "Which port?", timeout_seconds: 1 };
    const { question_id, status } = await server.call("ask_peer", ask);
    assert.deepEqual([status, inbox.posts], ["timed_out", []]);
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    await posted(1);
  });

  test("though the socket is dead: the server lives and its log holds no token", async (t) => {
    const world = openWorld(t);
    const env = { CLAUDE_CODE_MESSAGING_SOCKET: `${world.home}/none.sock` };
    const { server, inbox } = await startSession(t, world, "backend", env);
    await askPeer(world, "backend");
    await until("the fault in the log", () => server.stderr.find((line) => /ENOENT/.test(line)));
    assert.equal((await server.call("poll_inbox")).questions?.length, 1);
    assert.ok(!server.stderr.join("\n").includes(inbox.token));
  });
});

describe("a server posts nothing", { concurrency: 2 }, () => {
  for (const status of ["busy", "waiting"] as const) {
    test(`while the client says ${status}, and once when it turns idle`, async (t) => {
      const world = openWorld(t);
      const [quiet, control] = [
        await startSession(t, world, "backend"),
        await startSession(t, world, "control"),
      ];
      world.hostStatus(quiet.hostPid, status);
      await askPeer(world, "backend");
      await wakeAnother(world, "control", control);
      assert.deepEqual(quiet.inbox.posts, []);
      world.hostStatus(quiet.hostPid, "idle");
      await quiet.posted(1);
      await wakeAnother(world, "control", control);
      assert.equal(quiet.inbox.posts.length, 1);
    });
  }

  test("while the session bypasses permissions", async (t) => {
    const world = openWorld(t);
    const [quiet, control] = [
      await startSession(t, world, "backend"),
      await startSession(t, world, "control"),
    ];
    await quiet.hook("SessionStart", { source: "startup", permission_mode: "bypassPermissions" });
    await askPeer(world, "backend");
    await wakeAnother(world, "control", control);
    assert.deepEqual(quiet.inbox.posts, []);
    await quiet.hook("UserPromptSubmit", { permission_mode: "default" });
    await askPeer(world, "backend", "the next");
    await quiet.posted(1);
  });

  test("in a project whose sessions start by bypassing permissions", async (t) => {
    const world = openWorld(t);
    world.hostSettings({ permissions: { defaultMode: "bypassPermissions" } }, "backend");
    const [quiet, control] = [
      await startSession(t, world, "backend"),
      await startSession(t, world, "control"),
    ];
    await askPeer(world, "backend");
    await wakeAnother(world, "control", control);
    assert.deepEqual(quiet.inbox.posts, []);
  });

  for (const [inbound, project] of [
    ["refuse", undefined],
    ["hold", "backend"],
  ] as const) {
    test(`where the ${project === undefined ? "user" : "project"}'s settings say ${inbound}, and others see it`, async (t) => {
      const world = openWorld(t);
      world.hostSettings({ crossSessionInbound: inbound }, project);
      const quiet = await startSession(t, world, "backend");
      const control = await startSession(t, world, "control", {
        CLAUDE_CONFIG_DIR: world.project("other-home"),
      });
      await askPeer(world, "backend");
      await wakeAnother(world, "control", control);
      assert.deepEqual(quiet.inbox.posts, []);
      const { peers = [] } = await control.server.call("list_peers");
      assert.equal(peers.find(({ name }) => name === "backend")?.wake, "refused");
    });
  }

  test("where the client's own folder says refuse, whatever folder the mesh was told of", async (t) => {
    const world = openWorld(t);
    world.hostSettings({ crossSessionInbound: "refuse" }, "backend");
    const told = { CLAUDE_MESH_PROJECT_PATH: world.project("alias") };
    const quiet = await startSession(t, world, "backend", told);
    // The other way round: here the folder that the mesh was told of says so, and nobody else does.
    const other = { CLAUDE_MESH_PROJECT_PATH: world.project("backend") };
    const control = await startSession(t, world, "control", other);
    await askPeer(world, "alias");
    await wakeAnother(world, "backend", control);
    assert.deepEqual(quiet.inbox.posts, []);
    const { peers = [] } = await control.server.call("list_peers");
    assert.deepEqual(
      ["alias", "backend"].map((of) => peers.find(({ name }) => name === of)?.wake),
      ["refused", "socket"],
    );
  });

  test("in a session that a program drives", async (t) => {
    const world = openWorld(t);
    const quiet = await startSession(t, world, "backend", { CLAUDE_CODE_ENTRYPOINT: "sdk-cli" });
    const control = await startSession(t, world, "control");
    // It takes no questions, so an answer that came late is all that could wake it.
    const ask = { to: "control", question: "Which port?", timeout_seconds: 1 };
    const { question_id, status } = await quiet.server.call("ask_peer", ask);
    assert.equal(status, "timed_out");
    await control.server.call("reply_to_peer", { question_id, answer: "8080" });
    await control.posted(1);
    await control.hook("UserPromptSubmit");
    await wakeAnother(world, "control", control);
    assert.deepEqual(quiet.inbox.posts, []);
    assert.equal((await quiet.server.call("poll_inbox")).replies?.length, 1);
  });

  test("while a call of the session waits, which is handed the question", async (t) => {
    const world = openWorld(t);
    const [quiet, control] = [
      await startSession(t, world, "frontend-app"),
      await startSession(t, world, "control"),
    ];
    const backend = await world.server("backend");
    await seesPeer(quiet.server, "backend");
    const asking = quiet.server.call("ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    await askPeer(world, "frontend-app");
    assert.equal((await asking).status, "interrupted");
    await wakeAnother(world, "control", control);
    assert.deepEqual(quiet.inbox.posts, []);
  });
});
