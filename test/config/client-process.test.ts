import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { pidOf } from "../../src/config/process.ts";
import { tempFolder } from "../support/folder.ts";
import { asPidOne, NO_MOUNT_NAMESPACE, NO_PID_NAMESPACE, withMounts } from "../support/namespace.ts";
import { startSleeper } from "../support/process.ts";

const folder = tempFolder();
const source = JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/config/process.ts")).href);

/** Prints what it takes for its client; stands in for the server and the hooks. */
const SCRIPT = file(
  "mesh-script.mjs",
  `import { clientProcess, possibleClients } from ${source};
const isAlive = (pid) => { try { return process.kill(pid, 0); } catch { return false; } };
while (process.env.ORPHAN_OF && isAlive(Number(process.env.ORPHAN_OF))) await new Promise((turn) => setTimeout(turn, 5));
console.log(JSON.stringify({ key: clientProcess(process.env), possible: possibleClients(process.env), parent: process.ppid }));`,
);

/** Starts what its stdin says, with its own pid where that says SELF. */
const CLIENT = file(
  "client.mjs",
  `import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
const { command, env, orphan } = JSON.parse(readFileSync(0, "utf8").replaceAll("SELF", process.pid));
console.log(process.pid);
const child = spawn(command[0], command.slice(1), {
  env: { ...process.env, ...env },
  stdio: [command.includes("client") ? "pipe" : "ignore", "inherit", "inherit"],
  detached: true,
});
if (orphan) process.exit();`,
);

/** As version managers make them: the real Node is a child. */
const SHIM = file("shims/node", `#!/bin/sh\n"${process.execPath}" "$@"\nexit $?\n`);
/** The same, and which file it runs cannot be seen. */
const HIDING = file("hiding", `#!/bin/sh\n"${process.execPath}" "$HIDDEN"\nexit $?\n`);

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

interface Start {
  readonly env?: NodeJS.ProcessEnv;
  /** What the client itself is started with. */
  readonly clientEnv?: NodeJS.ProcessEnv;
  readonly client?: readonly string[];
  readonly orphan?: boolean;
}

interface Found {
  /** The pid that the client has in its own eyes. */
  readonly client: number;
  readonly key: string;
  readonly possible: readonly string[];
  /** The script's own parent. */
  readonly parent: number;
}

/** Has a client start a command, and returns what the script below it says. */
async function below(command: readonly string[], start: Start = {}): Promise<Found> {
  const { env = {}, clientEnv = {}, client = [process.execPath, CLIENT], orphan = false } = start;
  const [program = "", ...args] = client;
  const child = spawn(program, args, { env: { PATH: process.env["PATH"], HOME: folder, ...clientEnv } });
  child.stdin.end(JSON.stringify({ command, env, orphan }));
  let output = "";
  let faults = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (faults += text));
  await new Promise((resolve) => child.once("close", resolve));
  const [pid, line] = output.split("\n");
  assert.ok(line, faults);
  return { client: Number(pid), ...(JSON.parse(line) as Omit<Found, "client">) };
}

/** That the script took the client for its client. */
async function assertFound(command: readonly string[], start?: Start): Promise<Found> {
  const found = await below(command, start);
  assert.equal(pidOf(found.key), found.client, JSON.stringify(found));
  assert.match(found.key, /^\d+@\d+@/);
  return found;
}

const node = process.execPath;
const ROOT = { CLAUDE_PLUGIN_ROOT: folder };

describe("the client of a process", { skip: process.platform !== "linux", concurrency: 2 }, () => {
  const ways: Record<string, readonly string[]> = {
    "that is its parent": [node, SCRIPT],
    "above a shim of node": [SHIM, SCRIPT],
    "above a shell": ["sh", "-c", `"${node}" "${SCRIPT}"; true`],
    "above a shell that is told the path by a variable": [
      "sh",
      "-c",
      `"${node}" "$CLAUDE_PLUGIN_ROOT/mesh-script.mjs"; true`,
    ],
    "above a shell and a shim": ["sh", "-c", `"${SHIM}" "${SCRIPT}"; true`],
  };
  for (const [way, command] of Object.entries(ways)) {
    test(way, async () => {
      await assertFound(command, { env: ROOT });
      await assertFound(command, { env: { ...ROOT, CLAUDE_PID: "SELF" } });
      await assertFound(command, { env: { ...ROOT, CLAUDE_CODE_MESSAGING_SOCKET: "/run/SELF.sock" } });
    });
  }

  test("above a shim, where the client tells no variables", async () =>
    void (await assertFound([SHIM, SCRIPT])));

  test("that has the script's name in its own command line", async () => {
    await assertFound([SHIM, SCRIPT], { env: ROOT, client: [node, CLIENT, "mend mesh-script.mjs"] });
    await assertFound([node, SCRIPT], { client: [node, "-e", `import("${CLIENT}")`, SCRIPT] });
    await assertFound([node, SCRIPT], { client: [node, CLIENT, SCRIPT] });
  });

  test("above a shim that hides the script, by the client's word", async () => {
    await assertFound([HIDING], { env: { ...ROOT, CLAUDE_PID: "SELF", HIDDEN: SCRIPT } });
  });

  test("that runs in another client's shell, whose words it hands on", async (t) => {
    const outer = startSleeper();
    t.after(() => outer.kill("SIGKILL"));
    for (const command of [
      [node, SCRIPT],
      [SHIM, SCRIPT],
    ]) {
      const inherited = {
        CLAUDE_PID: String(process.pid),
        CLAUDE_CODE_MESSAGING_SOCKET: `/run/${process.pid}.sock`,
      };
      await assertFound(command, { env: ROOT, clientEnv: inherited });
      // The shell may have been left behind long ago.
      await assertFound(command, { env: ROOT, clientEnv: { CLAUDE_PID: String(outer.pid) } });
    }
  });

  test("that starts its hooks by a process of another line, by its word to hooks", async (t) => {
    const client = startSleeper();
    t.after(() => client.kill("SIGKILL"));
    const { key } = await below([node, SCRIPT], { env: { ...ROOT, CLAUDE_PID: String(client.pid) } });
    assert.equal(pidOf(key), client.pid);
  });

  test("that is pid 1 of a container", { skip: NO_PID_NAMESPACE }, async () => {
    for (const command of Object.values(ways)) {
      const client = asPidOne([node, CLIENT]);
      assert.equal((await assertFound(command, { env: ROOT, client })).client, 1);
      const { possible } = await assertFound(command, { env: { ...ROOT, CLAUDE_PID: "SELF" }, client });
      assert.ok(possible.some((key) => pidOf(key) === 1));
    }
  });

  test("that has ended already is gone, and not the init that adopted us", async (t) => {
    for (const command of [
      [node, SCRIPT],
      [SHIM, SCRIPT],
    ]) {
      const { key, parent } = await below(command, { env: { ...ROOT, ORPHAN_OF: "SELF" }, orphan: true });
      if (command[0] === node && parent !== 1) return t.skip("orphans are adopted by another process here");
      assert.match(key, /^1@-@/);
    }
  });

  describe("without /proc", { skip: NO_MOUNT_NAMESPACE }, () => {
    const blind = (command: readonly string[]) => withMounts("mount -t tmpfs none /proc", command);

    test("is who it says", async () => {
      for (const word of [{ CLAUDE_PID: "SELF" }, { CLAUDE_CODE_MESSAGING_SOCKET: "/run/SELF.sock" }]) {
        const { key, client, possible } = await below(blind([SHIM, SCRIPT]), { env: word });
        assert.equal(key, `${client}@?@linux`);
        assert.ok(possible.includes(key));
      }
    });

    test("is the parent where it says nothing", async () => {
      const { key, parent } = await below(blind([node, SCRIPT]));
      assert.equal(key, `${parent}@?@linux`);
    });
  });
});
