import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readSettings } from "../../src/config/settings.ts";
import { MeshError } from "../../src/domain/errors.ts";
import { tempFolder } from "../support/folder.ts";

/** A folder two levels below one with that `.env`. */
function below(dotEnv: string): { top: string; folder: string } {
  const top = tempFolder();
  const folder = join(top, "plugin", "servers");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(top, ".env"), dotEnv);
  return { top, folder };
}

describe("the database's path", () => {
  test("comes from the environment before all else", () => {
    const { folder } = below("MESH_DB_PATH=/from/file.db\n");
    const { dbPath, sources } = readSettings({ MESH_DB_PATH: "/from/env.db" }, folder);
    assert.deepEqual([dbPath, sources.MESH_DB_PATH], ["/from/env.db", "environment"]);
  });

  test("then from a .env found by walking up", () => {
    const { folder } = below('# ours\nMESH_DB_PATH="/from/file.db"\n');
    const { dbPath, sources } = readSettings({}, folder);
    assert.deepEqual([dbPath, sources.MESH_DB_PATH], ["/from/file.db", ".env"]);
  });

  test("from the nearest .env, not from one above it", () => {
    const { folder } = below("MESH_DB_PATH=/far.db\n");
    writeFileSync(join(folder, ".env"), "MESH_DB_PATH=/near.db\n");
    assert.equal(readSettings({}, folder).dbPath, "/near.db");
  });

  test("is counted from the .env's own folder where it is relative", () => {
    const { top, folder } = below("MESH_DB_PATH=data/mesh.db\n");
    assert.equal(readSettings({}, folder).dbPath, join(top, "data", "mesh.db"));
  });

  test("is counted from the working directory where the environment gives it relative", () => {
    const { folder } = below("");
    assert.equal(readSettings({ MESH_DB_PATH: "mesh.db" }, folder).dbPath, join(process.cwd(), "mesh.db"));
  });

  test("may begin with a tilde", () => {
    const { folder } = below("MESH_DB_PATH=~/mine.db\n");
    assert.equal(readSettings({}, folder).dbPath, join(homedir(), "mine.db"));
    assert.equal(readSettings({ MESH_DB_PATH: "~/my.db" }, folder).dbPath, join(homedir(), "my.db"));
  });

  test("is ~/.claude-mesh/mesh.db where nothing says otherwise", () => {
    const { folder } = below("OTHER=1\n");
    const { dbPath, sources } = readSettings({ MESH_DB_PATH: "" }, folder);
    assert.deepEqual([dbPath, sources.MESH_DB_PATH], [join(homedir(), ".claude-mesh", "mesh.db"), "default"]);
  });
});

describe("the other settings", () => {
  test("have defaults", () => {
    const { maxBlock, autoAllow, bells, driver } = readSettings({}, below("").folder);
    assert.deepEqual([maxBlock, autoAllow, bells, driver], [3_600_000, true, true, "auto"]);
  });

  test("come from the environment or the .env, each for itself", () => {
    const { folder } = below("MESH_BELLS=0\nMESH_AUTO_ALLOW=0\n");
    const settings = readSettings({ MESH_MAX_BLOCK_SECONDS: "50", MESH_AUTO_ALLOW: "1" }, folder);
    assert.deepEqual([settings.bells, settings.autoAllow, settings.maxBlock], [false, true, 50_000]);
  });

  for (const [name, value] of [
    ["MESH_MAX_BLOCK_SECONDS", "soon"],
    ["MESH_MAX_BLOCK_SECONDS", "0"],
    ["MESH_MAX_BLOCK_SECONDS", "3601"],
    ["MESH_AUTO_ALLOW", "maybe"],
    ["MESH_BELLS", "2"],
    ["MESH_DRIVER", "postgres"],
  ] as const) {
    test(`${name}=${value} is an error that names the place`, () => {
      const { top, folder } = below(`${name}=${value}\n`);
      assert.deepEqual(
        placeOf(() => readSettings({}, folder)),
        [join(top, ".env"), `${name}=${value}`],
      );
      const place = placeOf(() => readSettings({ [name]: value }, below("").folder));
      assert.deepEqual(place, [`environment variable ${name}`, `${name}=${value}`]);
    });
  }
});

/** Where the error says the bad value stands, and the value as it is quoted. */
function placeOf(attempt: () => unknown): [string, string] {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof MeshError) || error.refusal.kind !== "bad_config") throw error;
    return [error.refusal.path, error.refusal.problem.split(":")[0] ?? ""];
  }
  assert.fail("it was understood");
}
