import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, asking, heard, meshTool, questionsIn, requestsOf } from "./support/colleague.ts";
import type { Script } from "./support/model.ts";
import type { PeerRow } from "./support/observer.ts";
import { mustRun } from "./support/run.ts";
import type { Session } from "./support/session.ts";
import { makeWorld, type World } from "./support/world.ts";

/** Set up by hand, the server is `mesh` and not the plugin's. */
const byHand = (name: string) => name.replace(meshTool(""), "mcp__mesh__");

function handMade(script: Script): Script {
  return async (request) => {
    const reply = await script(request);
    if (reply.tools === undefined) return reply;
    return { ...reply, tools: reply.tools.map((tool) => ({ ...tool, name: byHand(tool.name) })) };
  };
}

/** The first block of that kind in the README that holds these words. */
function blockOfReadme(world: World, words: string): Record<string, unknown> {
  const readme = readFileSync(join(world.plugin ?? "", "README.md"), "utf8");
  const fenced = [...readme.matchAll(/```json\n([^]*?)```/g)].map((match) => match[1] ?? "");
  const indented = [...readme.matchAll(/^ {4}(\{.*\})$/gm)].map((match) => match[1] ?? "");
  const block = [...fenced, ...indented].find((text) => text.includes(words));
  assert.ok(block, `the README has no block with ${words}`);
  return JSON.parse(block) as Record<string, unknown>;
}

for (const version of versions) {
  test(`claude ${version}: the README's set-ups by hand`, async (t) => {
    await using world = await makeWorld({ version });
    const { client, model, plugin } = world;
    if (plugin === undefined) throw new Error("no plugin");
    assert.equal((await client.claude(["plugin", "uninstall", "claude-mesh"])).code, 0);
    const prefix = join(client.root, "npm");
    const env = {
      PATH: [join(prefix, "bin"), client.env["PATH"]].join(delimiter),
      npm_config_prefix: prefix,
    };
    await mustRun("npm", ["link"], { cwd: plugin, env: { ...client.env, ...env } });
    const hooks = blockOfReadme(world, "SessionStart");

    async function exchange(asker: string, answerer: string, whileOpen?: () => Promise<void>): Promise<void> {
      model.script(asker, handMade(asking()));
      model.script(answerer, handMade(answering(() => "port 8080")));
      const args = ["--allowedTools", byHand(meshTool("ask_peer"))];
      const sessions: Session[] = [];
      for (const name of [answerer, asker]) {
        const session = await world.open(name, { args, env });
        await session.waitForServer("mesh", 30_000);
        sessions.push(session);
      }
      const [second, first] = sessions;
      if (first === undefined || second === undefined) throw new Error("no sessions");
      await first.type(`ask ${answerer}: Which port does the API use?`);
      await model.waitFor(asker, () => true, 20_000);
      // The older client has no inbox socket: there the waker of the README's hooks wakes it.
      assert.match(await heard(model, asker, "port 8080"), /"status":"answered"/);
      await second.waitForIdle(20_000);
      assert.equal(requestsOf(model, answerer).flatMap(questionsIn).length, 1);
      await whileOpen?.();
      for (const session of sessions) await session.close();
    }

    await t.test("for one project: .mcp.json, and the hooks in its settings", async () => {
      for (const name of ["web", "api"]) {
        const project = world.projectOf(name);
        mkdirSync(join(project, ".claude"), { recursive: true });
        writeFileSync(join(project, ".mcp.json"), JSON.stringify(blockOfReadme(world, "mcpServers")));
        writeFileSync(join(project, ".claude", "settings.json"), JSON.stringify(hooks));
        // The user's yes to the question whether the project's server may start.
        const yes = JSON.stringify({ enabledMcpjsonServers: ["mesh"] });
        writeFileSync(join(project, ".claude", "settings.local.json"), yes);
      }
      await exchange("web", "api");
    });

    await t.test("for all projects: claude mcp add, and the hooks in the user's settings", async () => {
      const added = await client.claude([
        "mcp",
        "add",
        "--scope",
        "user",
        "mesh",
        "--",
        "claude-mesh-server",
      ]);
      assert.equal(added.code, 0, added.stderr);
      client.addSettings(hooks);
      await exchange("frontend", "backend");
    });

    await t.test("for all projects: the same through a script of the user's own", async () => {
      const script = join(client.root, "mesh.sh");
      const server = join(plugin, "servers", "mcp-server.mjs");
      // Without `exec`, so the script's shell stands between client and server.
      writeFileSync(script, `#!/bin/sh\nexport X=1\nnode "${server}" "$@"\n`);
      chmodSync(script, 0o755);
      assert.equal((await client.claude(["mcp", "remove", "--scope", "user", "mesh"])).code, 0);
      assert.equal((await client.claude(["mcp", "add", "--scope", "user", "mesh", "--", script])).code, 0);
      await exchange("docs", "jobs", async () => {
        const { stdout } = await mustRun("claude-mesh", ["peers", "--json"], {
          cwd: plugin,
          env: { ...client.env, ...env },
        });
        const { peers } = JSON.parse(stdout) as { peers: PeerRow[] };
        const alive = peers.filter((peer) => peer.status !== "inactive");
        assert.deepEqual(alive.map(({ name, status }) => `${name} ${status}`).sort(), [
          "docs active",
          "jobs active",
        ]);
        // A second peer of a session would have a name of the same family.
        assert.equal(peers.filter(({ name }) => /^(?:docs|jobs)/.test(name)).length, 2);
      });
    });

    await t.test("a .env in the plugin's folder: the sessions meet in the file that it names", async () => {
      const file = join(client.root, "shared", "mesh.db");
      writeFileSync(join(plugin, ".env"), `MESH_DB_PATH=${file}\n`);
      await exchange("app", "infra");
      const log = await mustRun("claude-mesh", ["log", "--json"], {
        cwd: plugin,
        env: { ...client.env, ...env },
      });
      assert.match(log.stdout, /"from":"app","to":"infra"/);
      assert.ok(existsSync(file));
    });
    assert.deepEqual(model.scriptErrors, []);
  });
}
