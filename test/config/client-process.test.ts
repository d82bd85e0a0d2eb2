import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
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
if (process.env.PLATFORM) Object.defineProperty(process, "platform", { value: process.env.PLATFORM });
const isAlive = (pid) => { try { return process.kill(pid, 0); } catch { return false; } };
while (process.env.ORPHAN_OF && isAlive(Number(process.env.ORPHAN_OF))) await new Promise((turn) => setTimeout(turn, 5));
console.log(JSON.stringify({ key: clientProcess(process.env), possible: possibleClients(process.env), parent: process.ppid }));`,
);

/** Starts what its stdin says, with its own pid where a variable says SELF; by a pipe if it has something to say to that. */
const CLIENT = file(
  "client.mjs",
  `import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
const { command, env, orphan, input } = JSON.parse(readFileSync(0, "utf8"));
console.log(process.pid);
const own = Object.entries(env).map(([name, value]) => [name, value.replace("SELF", process.pid)]);
const child = spawn(command[0], command.slice(1), {
  env: { ...process.env, ...Object.fromEntries(own) },
  stdio: [input === undefined ? "ignore" : "pipe", "inherit", "inherit"],
  detached: true,
});
child.stdin?.on("error", () => {}).end(input);
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

/** Has a shell run the script as a user's own few lines do, which do not end in an `exec`. */
const shell = (first: string, run = `"${process.execPath}" "${SCRIPT}" "$@"`) =>
  `${first}\nexport X=1\n${run}\n`;
/** In languages that write a list of strings as JSON does. */
const LAUNCHED = JSON.stringify([process.execPath, SCRIPT]);

/** Launchers whose command line does not say what they run. */
const SHIMS: Readonly<Record<string, readonly string[]>> = {
  "a script of sh": [file("own/sh", shell("#!/bin/sh"))],
  "a script of bash, found by env": [file("own/bash", shell("#!/usr/bin/env bash"))],
  "a launcher in Node": [
    process.execPath,
    file(
      "own/launch.mjs",
      `import { spawn } from "node:child_process";
const [program, ...args] = ${LAUNCHED};
spawn(program, args, { stdio: "inherit" });`,
    ),
  ],
  "a launcher in Perl": ["perl", file("own/launch.pl", `system(@{${LAUNCHED}});`)],
  "a launcher in Python": [
    "python3",
    file("own/launch.py", `import subprocess\nsubprocess.run(${LAUNCHED})`),
  ],
  timeout: ["timeout", "60", file("own/timed", shell("#!/bin/sh"))],
  "two scripts": [file("own/outer", shell("#!/bin/sh", `"${folder}/own/bash"`))],
  "a script that says another project": [file("own/dir", shell("#!/bin/sh\nexport CLAUDE_PROJECT_DIR=/"))],
  "a script that clears all variables": [
    file("own/clear", shell("#!/bin/sh", `env -i "${process.execPath}" "${SCRIPT}"`)),
  ],
};
/** Launchers that make pipes of their own. */
const RELAYS: Readonly<Record<string, readonly string[]>> = {
  "a script that writes down what comes": [
    file("own/tee", shell("#!/bin/sh", `tee -a "${folder}/log" | "${process.execPath}" "${SCRIPT}" | cat`)),
  ],
  "a relay in Node": [
    process.execPath,
    file(
      "own/relay.mjs",
      `import { spawn } from "node:child_process";
const [program, ...args] = ${LAUNCHED};
const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
process.stdin.pipe(child.stdin);
child.stdout.pipe(process.stdout);`,
    ),
  ],
};

/** What a session's client was seen to give to its servers. */
const NEWER = {
  CLAUDE_PROJECT_DIR: folder,
  CLAUDE_CODE_SESSION_ID: "one",
  CLAUDE_CODE_MESSAGING_SOCKET: "/run/SELF.sock",
};
const OLDER = { CLAUDE_PROJECT_DIR: folder, CLAUDE_CODE_SESSION_ID: "one" };

interface Start {
  readonly env?: NodeJS.ProcessEnv;
  /** What the client says to the script through a pipe; without it there is none. */
  readonly input?: string;
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
  const { env = {}, clientEnv = {}, client = [process.execPath, CLIENT], orphan = false, input } = start;
  const [program = "", ...args] = client;
  const child = spawn(program, args, { env: { PATH: process.env["PATH"], HOME: folder, ...clientEnv } });
  child.stdin.end(JSON.stringify({ command, env, orphan, input }));
  let output = "";
  let faults = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (faults += text));
  await new Promise((resolve) => child.once("close", resolve));
  // The last client that spoke started the script.
  const [pid, line] = output.trimEnd().split("\n").slice(-2);
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

  describe("above a launcher that the user wrote", { concurrency: 2 }, () => {
    for (const [shim, command] of Object.entries({ ...SHIMS, ...RELAYS })) {
      test(shim, async (t) => {
        const [program = ""] = command;
        if (!isAbsolute(program) && spawnSync(program, ["--version"]).status !== 0)
          return t.skip(`${program} does not run here`);
        for (const env of [NEWER, OLDER]) {
          const { client, parent } = await assertFound(command, { env, input: "" });
          assert.notEqual(parent, client);
        }
      });
    }
  });

  describe("that runs in another session's shell", { concurrency: 2 }, () => {
    /** What commands in a session's shell were seen to have of its client. */
    const inherited = { CLAUDE_CODE_SESSION_ID: "outer", CLAUDE_PID: "SELF" };
    const outer = {
      newer: { ...inherited, CLAUDE_CODE_MESSAGING_SOCKET: "/run/SELF.sock" },
      older: { CLAUDE_CODE_SESSION_ID: "outer" },
    };
    const inner = {
      newer: NEWER,
      older: OLDER,
      "older, with the same conversation": { ...OLDER, CLAUDE_CODE_SESSION_ID: "outer" },
    };
    const launchers = ["a script of sh", "a launcher in Node", "two scripts", "a relay in Node"];
    const commands = [[node, SCRIPT], ...launchers.map((name) => ({ ...SHIMS, ...RELAYS })[name] ?? [])];
    for (const [around, clientEnv] of Object.entries(outer)) {
      for (const [within, env] of Object.entries(inner)) {
        test(`${within}, in one that is ${around}`, async () => {
          for (const command of commands) {
            const input = JSON.stringify({ command, env, input: "" });
            // The session's shell stands between its client and the other one.
            const shell = ["sh", "-c", `"${node}" "${CLIENT}"; true`];
            await assertFound(shell, { env: clientEnv, input });
          }
        });
      }
      test(`a program that gives it no words, in one that is ${around}`, async () => {
        const input = JSON.stringify({ command: [node, SCRIPT], env: {}, input: "" });
        await assertFound([node, CLIENT], { env: clientEnv, input });
      });
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

  describe("on macOS, simulated", { skip: NO_MOUNT_NAMESPACE }, () => {
    const ps = file(
      "ps",
      `#!/bin/sh
case "$2" in
ppid=) set -- $(cat "/proc/$4/stat") && echo "$4" ;;
command=) tr '\\0' ' ' < "/proc/$4/cmdline" ;;
*) echo 'Tue Jan  2 00:00:00 2001' ;;
esac
`,
    );
    const onMac = (command: readonly string[]) => withMounts(`mount --bind "${ps}" /bin/ps`, command);
    const found = async (command: readonly string[], start: Start) => {
      const { key, ...rest } = await below(command, start);
      assert.match(key, /@darwin$/);
      return { pid: pidOf(key), ...rest };
    };
    const env = { ...NEWER, PLATFORM: "darwin" };

    test("above a launcher that hides the script, by the client's word", async () => {
      for (const shim of ["a script of sh", "two scripts", "a relay in Node"]) {
        const { pid, client } = await found(onMac({ ...SHIMS, ...RELAYS }[shim] ?? []), { env, input: "" });
        assert.equal(pid, client, shim);
      }
    });

    test("that runs in another client's shell, whose word it hands on", async () => {
      const client = file("bin/claude", `#!/bin/sh\n"${node}" "${SCRIPT}"\nexit\n`);
      const { pid, parent } = await found(onMac([client]), { env, input: "" });
      assert.equal(pid, parent);
    });
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
