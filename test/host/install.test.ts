import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OLDEST, versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer } from "./support/colleague.ts";
import { processesOfHome } from "./support/processes.ts";
import { makeWorld, type World, type WorldOptions } from "./support/world.ts";

/** The script of each running server, as a path. */
function servers(world: World): string[] {
  const commands = processesOfHome(world.client.home).map((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0"),
  );
  return commands
    .map(([, script]) => script ?? "")
    .filter((script) => script.endsWith("/servers/mcp-server.mjs"));
}

async function exchange(options: WorldOptions, look: (world: World) => void): Promise<void> {
  await using world = await makeWorld(options);
  const { model } = world;
  model.script("frontend", asking());
  model.script(
    "backend",
    answering(() => "port 8080"),
  );
  await openPeer(world, "backend");
  const frontend = await openPeer(world, "frontend");
  await frontend.type("ask backend: Which port does the API use?");
  assert.match(await heard(model, "frontend", "port 8080"), /"status":"answered"/);
  look(world);
  assert.deepEqual(model.scriptErrors, []);
}

for (const version of versions) {
  test(`claude ${version}: a plugin without node_modules works on the built-in driver`, async () => {
    await exchange({ version, nodeModules: false }, (world) => {
      assert.equal(existsSync(join(world.plugin ?? "", "node_modules")), false);
      assert.equal(servers(world).length, 2);
    });
  });
}

test("a plugin installed from git runs from the host's cache, on the driver that the host installed there", async () => {
  await exchange({ from: "git" }, (world) => {
    const scripts = servers(world);
    assert.equal(scripts.length, 2);
    for (const script of scripts) {
      assert.ok(script.startsWith(join(world.client.home, ".claude", "plugins", "cache")), script);
      const driver = join(script, "..", "..", "node_modules", "better-sqlite3");
      assert.ok(readdirSync(driver).includes("package.json"));
    }
  });
});

test("claude plugin validate --strict passes the manifest, and the plugin directory's checks", async () => {
  for (const version of versions) {
    await using world = await makeWorld({ version, nodeModules: false });
    const { plugin, client } = world;
    if (plugin === undefined) throw new Error("no plugin");
    // The older client has no such checks yet.
    const profile = version === OLDEST ? [] : ["--profile", "directory"];
    const args = ["plugin", "validate", ".claude-plugin/plugin.json", "--strict", ...profile];
    const { code, stdout, stderr } = await client.claude(args, { cwd: plugin });
    assert.equal(code, 0, `${version}: ${stdout}${stderr}`);
  }
});
