import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { tempFolder } from "../support/folder.ts";
import { hookPath, SERVER } from "../support/paths.ts";
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
