import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { VERSION } from "../../src/config/version.ts";
import { importedModules, loadedModules } from "../support/modules.ts";
import { REPOSITORY } from "../support/paths.ts";

const read = (path: string) => readFileSync(join(REPOSITORY, path), "utf8");
const json = (path: string): unknown => JSON.parse(read(path));

const INTEGRITY = "servers/integrity.json";
const BUNDLES = ["servers", "hooks", "bin"]
  .flatMap((folder) => readdirSync(join(REPOSITORY, folder)).map((file) => `${folder}/${file}`))
  .filter((path) => path !== INTEGRITY);

test("every bundle that the manifest starts is there", () => {
  const started = [
    ...JSON.stringify(json(".claude-plugin/plugin.json")).matchAll(/\$\{CLAUDE_PLUGIN_ROOT\}\/([\w./-]+)/g),
  ];
  const paths = new Set(started.map((match) => match[1] ?? ""));
  assert.ok(paths.size >= 5);
  for (const path of paths) assert.ok(BUNDLES.includes(path), path);
});

test("the sum of every bundle is written down, and no other", () => {
  const sums = json(INTEGRITY) as Record<string, string>;
  const missing = BUNDLES.filter((path) => sums[path] === undefined);
  assert.deepEqual(missing, []);
  for (const [path, sum] of Object.entries(sums))
    assert.equal(
      createHash("sha256")
        .update(readFileSync(join(REPOSITORY, path)))
        .digest("hex"),
      sum,
      path,
    );
});

for (const path of BUNDLES) {
  describe(path, () => {
    test("can be started by its path", () => {
      assert.equal(read(path).split("\n")[0], "#!/usr/bin/env node");
      assert.equal(statSync(join(REPOSITORY, path)).mode & 0o111, 0o111);
    });

    test("loads nothing but Node's own modules, and better-sqlite3 by its whole path", () => {
      const modules = loadedModules(read(path));
      assert.ok(modules.length > 0);
      const strangers = modules.filter(
        // Paths that are made when it runs; test/server/fallback.test.ts holds them to the plugin's own folder.
        (name) =>
          name !== "(Identifier)" &&
          name !== "(CallExpression)" &&
          !(name.startsWith("node:") && isBuiltin(name)),
      );
      assert.deepEqual(strangers, []);
    });

    // Node looks for what import statements name before anything runs: on an old one it could not even say what it needs.
    test("gets Node's own modules without an import statement, after the guard", () => {
      const source = read(path);
      assert.deepEqual(importedModules(source), []);
      assert.ok(source.indexOf("claude-mesh needs Node") < source.indexOf("process.getBuiltinModule("));
    });

    test("names no place on the machine that built it", () => {
      assert.ok(!read(path).includes(REPOSITORY));
    });
  });
}

test("the search for modules finds better-sqlite3, by a path, and node:sqlite, which are loaded by createRequire", () => {
  const modules = loadedModules(read("servers/mcp-server.mjs"));
  assert.ok(modules.includes("(CallExpression)") && modules.includes("node:sqlite"), modules.join(" "));
});

test("the search for import statements finds them", () => {
  const source = `import { parseEnv as e } from "node:util"; import * as all from "node:fs"; export * from "other"; import("x");`;
  assert.deepEqual(importedModules(source), ["node:util", "node:fs", "other"]);
});

test("one version stands everywhere", () => {
  const { plugins = [] } = json(".claude-plugin/marketplace.json") as {
    plugins?: { name: string; version: string }[];
  };
  const versions = {
    "package.json": (json("package.json") as { version: string }).version,
    "package-lock.json": (json("package-lock.json") as { version: string }).version,
    "plugin.json": (json(".claude-plugin/plugin.json") as { version: string }).version,
    "marketplace.json": plugins.find(({ name }) => name === "claude-mesh")?.version,
  };
  for (const [file, version] of Object.entries(versions)) assert.equal(version, VERSION, file);
});

test("plugin.json at the top is the manifest once more, and no link", () => {
  assert.ok(lstatSync(join(REPOSITORY, "plugin.json")).isFile());
  assert.equal(read("plugin.json"), read(".claude-plugin/plugin.json"));
});

test("what Claude Code reads here is AGENTS.md, without a link", () => {
  assert.ok(lstatSync(join(REPOSITORY, ".claude/CLAUDE.md")).isFile());
  assert.equal(read(".claude/CLAUDE.md"), "@../AGENTS.md\n");
  // At the plugin's root, `claude plugin validate --strict` refuses it.
  assert.ok(!existsSync(join(REPOSITORY, "CLAUDE.md")));
});
