import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertCheck, diagnose } from "../cli/doctor-support.ts";
import { makeFifo, NO_MOUNT, noExecView } from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";
import { hookPath, REPOSITORY, SERVER } from "../support/paths.ts";
import { copyPlugin, type InstalledDriver, installDriver } from "../support/plugin.ts";
import { runNode } from "../support/process.ts";
import { answerNext, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** A copy with no node_modules above it. */
function lonely(path: string): string {
  const copy = join(tempFolder(), "bundle.mjs");
  copyFileSync(path, copy);
  return copy;
}

describe("where better-sqlite3 is missing", { concurrency: 4 }, () => {
  test("the server works on node:sqlite and says so", async (t) => {
    const world = openWorld(t, "auto");
    const server = await world.server("backend", { path: lonely(SERVER) });
    assert.equal((await server.call("register")).name, "backend");
    const line = await until("the reason", () => server.stderr.find((text) => text.includes("did not load")));
    assert.match(line, /better-sqlite3 did not load.*using node:sqlite/);
    await until("the driver", () =>
      server.stderr.find((text) => /registered as "backend" in .*node:sqlite/.test(text)),
    );
    assert.ok(!server.stderr.some((text) => text.includes("ExperimentalWarning")));
  });

  test("it exchanges an answer with a server that has it", async (t) => {
    const world = openWorld(t, "auto");
    const [frontend, backend] = [
      await world.server("frontend", { path: lonely(SERVER) }),
      await world.server("backend"),
    ];
    await seesPeer(frontend, "backend");
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await answerNext(backend, "8080");
    assert.equal((await asking).answer, "8080");
  });

  test("a hook works, and its stderr stays empty", async (t) => {
    const world = openWorld(t, "auto");
    const input = JSON.stringify({ hook_event_name: "SessionStart", session_id: "one", source: "startup" });
    const env = { ...world.env, CLAUDE_PID: String(world.host().pid) };
    const run = await runNode([lonely(hookPath("session-start"))], {
      env,
      cwd: world.project("backend"),
      input,
    });
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    assert.match(run.stdout, /this session is the peer/);
  });

  test("who insists on it is told", async (t) => {
    const env = { MESH_DRIVER: "better-sqlite3" };
    const server = await openWorld(t, "auto").server("backend", { path: lonely(SERVER), env });
    assert.match(must((await server.call("register")).error), /better-sqlite3.*To mend it/s);
  });
});

function replaceByPipe(path: string): void {
  rmSync(path);
  makeFifo(path);
}

/** Ways in which a better-sqlite3 can be there and not serve, and what the user reads. */
const BROKEN: Record<
  string,
  { spoil: (driver: InstalledDriver, t: TestContext) => void; says: RegExp; skip?: string | false }
> = {
  "the binary is other bytes": {
    spoil: ({ binary }) => writeFileSync(binary, randomBytes(1_000)),
    says: /\.node is not as it was published \(run `npm ci/,
  },
  // To load it ends the process by SIGBUS.
  "the binary was cut off": {
    spoil: ({ binary }) => truncateSync(binary, statSync(binary).size / 2),
    says: /\.node is not as it was published \(run `npm ci/,
  },
  // To load it ends the process by SIGSEGV.
  "pages of the binary were never written": {
    spoil: ({ binary }) => {
      const bytes = readFileSync(binary);
      writeFileSync(binary, bytes.fill(0, bytes.length / 2));
    },
    says: /\.node is not as it was published \(run `npm ci/,
  },
  "the binary is missing": {
    spoil: ({ binary }) => rmSync(binary),
    says: /its binary for [\w-]+ is missing \(run `npm ci/,
  },
  "the binary is a pipe": {
    spoil: ({ binary }) => replaceByPipe(binary),
    says: /\.node is not as it was published \(run `npm ci/,
  },
  "the binary is a link to a file without an end": {
    spoil: ({ binary }) => {
      rmSync(binary);
      symlinkSync("/dev/zero", binary);
    },
    says: /\.node is not as it was published \(run `npm ci/,
  },
  "its package.json is a pipe": {
    spoil: ({ folder }) => replaceByPipe(join(folder, "package.json")),
    says: /there is none in .*better-sqlite3 \(run `npm ci/,
  },
  "one of its scripts is a pipe": {
    spoil: ({ folder }) => replaceByPipe(join(folder, "lib", "methods", "table.js")),
    says: /methods.table\.js is no file, or far too long \(run `npm ci/,
  },
  "half of its files are missing": {
    spoil: ({ folder }) => rmSync(join(folder, "lib", "methods"), { recursive: true }),
    says: /Cannot find module.*\(run `npm ci/,
  },
  "it is another version": {
    spoil: ({ folder }) => writeFileSync(join(folder, "package.json"), '{ "version": "12.0.0" }'),
    says: /holds version 12\.0\.0, this plugin knows [\d.]+ \(run `npm ci/,
  },
  "it lies on a mount from which nothing may run": {
    spoil: ({ folder }, t) => noExecView(t, folder),
    says: /\.node: .*\(this system does not let it load/,
    skip: NO_MOUNT,
  },
};

describe("where better-sqlite3 is there and does not serve, node:sqlite does", { concurrency: 2 }, () => {
  for (const [what, { spoil, says, skip = false }] of Object.entries(BROKEN)) {
    test(what, { skip }, async (t) => {
      const root = copyPlugin({ installed: false });
      spoil(installDriver(root), t);
      const world = openWorld(t, "auto");
      const path = join(root, "servers", "mcp-server.mjs");
      const [frontend, backend] = await Promise.all([
        world.server("frontend", { path }),
        world.server("backend", { path }),
      ]);
      await seesPeer(frontend, "backend");
      const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
      await answerNext(backend, "8080");
      assert.equal((await asking).answer, "8080");
      const lines = frontend.stderr.filter((line) => line.includes("better-sqlite3 did not load"));
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(must(lines[0]), says);
      assert.match(must(lines[0]), /; using node:sqlite/);
      const { check } = await diagnose(world, { root });
      assertCheck(check("driver"), "warning", /^node:sqlite .*better-sqlite3 did not load/, /^[A-Z].*\.$/);
    });
  }

  test("the whole one of a copy is used", async (t) => {
    const root = copyPlugin({ installed: false });
    installDriver(root);
    const server = await openWorld(t, "auto").server("backend", {
      path: join(root, "servers", "mcp-server.mjs"),
    });
    await until("the driver", () =>
      server.stderr.find((line) => /registered as .*better-sqlite3/.test(line)),
    );
  });
});

test("a better-sqlite3 in a folder above the plugin, or on NODE_PATH, is never run", async (t) => {
  const above = tempFolder();
  const root = join(above, "deep", "plugin");
  cpSync(copyPlugin({ installed: false }), root, { recursive: true });
  const trace = join(above, "it-ran");
  const modules = join(above, "node_modules");
  const folder = join(modules, "better-sqlite3");
  mkdirSync(join(folder, "lib"), { recursive: true });
  const { version } = JSON.parse(
    readFileSync(join(REPOSITORY, "node_modules", "better-sqlite3", "package.json"), "utf8"),
  ) as { version: string };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version, main: "lib/index.js" }));
  for (const file of ["index.js", "binding.js"])
    writeFileSync(
      join(folder, "lib", file),
      `require("node:fs").writeFileSync(${JSON.stringify(trace)}, "");`,
    );
  const world = openWorld(t, "auto");
  const server = await world.server("backend", {
    path: join(root, "servers", "mcp-server.mjs"),
    env: { NODE_PATH: modules },
  });
  assert.equal((await server.call("register")).name, "backend");
  await until("the reason", () => server.stderr.find((line) => /there is none in .*deep.plugin/.test(line)));
  assert.ok(!existsSync(trace));
});

test("where better-sqlite3 is there, the server uses it and says so", async (t) => {
  const server = await openWorld(t, "auto").server("backend");
  await until("the driver", () =>
    server.stderr.find((line) => /registered as "backend" in .*better-sqlite3/.test(line)),
  );
});

test("a .env beside a copied bundle names the database", async (t) => {
  const world = openWorld(t, "auto");
  const path = lonely(SERVER);
  writeFileSync(join(path, "..", ".env"), "MESH_DB_PATH=here.db\n");
  const server = await world.server("backend", { path, env: { MESH_DB_PATH: "" } });
  const line = await until("the database", () =>
    server.stderr.find((text) => text.includes("registered as")),
  );
  assert.ok(line.includes(join(path, "..", "here.db")), line);
});
