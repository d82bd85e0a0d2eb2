import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { tempFolder } from "../support/folder.ts";
import { CLI, hookPath, REPOSITORY, SERVER } from "../support/paths.ts";
import { runNode } from "../support/process.ts";
import { HOST_LINE } from "../support/server.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

describe("a server and the hooks of one client are one peer", { concurrency: 4 }, () => {
  for (const first of ["server", "hook"] as const) {
    test(`when the ${first} is first`, async (t) => {
      const world = openWorld(t);
      const start = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
      const env = { CLAUDE_CODE_SESSION_ID: "at-start" };
      const server = await world.server("backend", { hosted: true, env });
      const hook = () =>
        world.hook("session-start", { project: "backend", input: start, hostPid: server.hostPid });
      if (first === "server") await server.call("register");
      await hook();
      const registered = await server.call("register");
      assert.deepEqual([registered.name, registered.session_id], ["backend", "one"]);
      assert.equal((await server.call("list_peers")).peers?.length, 1);
    });
  }

  test("and stay one over /clear, whose session id the server never hears of", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    const event = (name: string, session: string, more: object) =>
      world.hook(name === "SessionEnd" ? "session-end" : "session-start", {
        project: "backend",
        input: { hook_event_name: name, session_id: session, ...more },
        hostPid: server.hostPid,
      });
    await event("SessionStart", "one", { source: "startup" });
    await event("SessionEnd", "one", { reason: "clear" });
    await event("SessionStart", "two", { source: "clear" });
    const registered = await server.call("register");
    assert.deepEqual([registered.name, registered.session_id], ["backend", "two"]);
  });

  test("and a program that is not Claude Code is a peer of its own server's", async (t) => {
    const world = openWorld(t);
    const [one, two] = [await world.server("app"), await world.server("app")];
    const names = [(await one.call("register")).name, (await two.call("register")).name];
    assert.deepEqual(names.sort(), ["app", "app-2"]);
  });
});

/**
 * Plays a client that starts its hook, then its server, then in a shell the command, by the commands that its environment
 * gives it; what the command prints comes as one line on stderr.
 */
const CLIENT = `
const { spawn, spawnSync } = require("node:child_process");
const { hook, server } = JSON.parse(process.env.COMMANDS.replaceAll("SELF", process.pid));
const env = Object.fromEntries(Object.entries(process.env).map(([k, v]) => [k, v.replace("SELF", process.pid)]));
const input = JSON.stringify({ hook_event_name: "SessionStart", session_id: "one", source: "startup" });
const started = spawnSync(hook[0], hook.slice(1), { env, input, encoding: "utf8" });
process.stderr.write(started.stderr);
const child = spawn(server[0], server.slice(1), { env, stdio: "inherit" });
process.stderr.write("${HOST_LINE}" + child.pid + "\\n");
process.on("SIGUSR2", () => {
  const { stdout } = spawnSync("sh", ["-c", '"$NODE" "$CLI" peers --json; true'], { env, encoding: "utf8" });
  process.stderr.write("peers " + JSON.stringify(stdout) + "\\n");
});
setInterval(() => {}, 60_000);
`;

async function namesBelow(
  t: TestContext,
  commands: (script: string) => string[],
  more: NodeJS.ProcessEnv = {},
) {
  const world = openWorld(t);
  const env = {
    ...more,
    COMMANDS: JSON.stringify({ hook: commands(hookPath("session-start")), server: commands(SERVER) }),
    NODE: process.execPath,
    CLI,
  };
  const server = await world.server("backend", { hosted: true, host: CLIENT, env });
  const { name } = await server.call("register");
  const { peers = [] } = await server.call("list_peers");
  process.kill(server.hostPid, "SIGUSR2");
  const line = await until("the command", () => server.stderr.find((text) => text.startsWith("peers ")));
  const { you } = JSON.parse(JSON.parse(line.slice("peers ".length)));
  return { name, you, all: peers.map((peer) => peer.name) };
}

describe("a server, a hook and a command of one client are one peer", {
  skip: process.platform === "win32",
}, () => {
  const folder = tempFolder();
  const shim = join(folder, "node");
  writeFileSync(shim, `#!/bin/sh\n"${process.execPath}" "$@"\nexit $?\n`);
  chmodSync(shim, 0o755);
  const ways: Record<string, (script: string) => string[]> = {
    "behind a shim that starts the real node": (script) => [shim, script],
    "behind a shell": (script) => ["sh", "-c", `"${process.execPath}" "${script}"; true`],
    "behind both": (script) => ["sh", "-c", `"${shim}" "${script}"; true`],
  };
  for (const [way, commands] of Object.entries(ways)) {
    test(way, async (t) => {
      const one = { name: "backend", you: "backend", all: ["backend"] };
      assert.deepEqual(await namesBelow(t, commands), one);
      const words = {
        CLAUDE_CODE_MESSAGING_SOCKET: join(folder, "SELF.sock"),
        CLAUDE_PLUGIN_ROOT: REPOSITORY,
      };
      assert.deepEqual(await namesBelow(t, commands, words), one);
    });
  }
});

describe("a working folder that was deleted", { skip: process.platform === "win32" }, () => {
  test("is no matter where a variable names the project, and is told where none does", async (t) => {
    const world = openWorld(t);
    const project = world.project("backend");
    const cwd = join(tempFolder(), "gone");
    mkdirSync(cwd);
    // The shell stands in it while it goes.
    const script = `rmdir "$PWD" && "${process.execPath}" "${hookPath("session-start")}"`;
    const start = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
    const run = (env: NodeJS.ProcessEnv) => {
      mkdirSync(cwd, { recursive: true });
      const input = JSON.stringify(start);
      const host = { CLAUDE_PID: String(process.pid) };
      return runNode(["-c", script], { node: "/bin/sh", cwd, input, env: { ...world.env, ...host, ...env } });
    };
    const named = await run({ CLAUDE_PROJECT_DIR: project });
    assert.deepEqual([named.code, named.stderr], [0, ""]);
    assert.match(named.stdout, /the peer \\"backend\\"/);
    const unnamed = await run({});
    assert.equal(unnamed.code, 0);
    const told = /the working folder: it was deleted.*CLAUDE_MESH_PROJECT_PATH/;
    assert.match(JSON.parse(unnamed.stdout).systemMessage, told);
    assert.match(unnamed.stderr, told);
  });
});
