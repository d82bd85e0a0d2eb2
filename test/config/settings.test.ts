import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readSettings } from "../../src/config/settings.ts";
import { reportSettings } from "../../src/config/settings-report.ts";
import { MeshError } from "../../src/domain/errors.ts";
import { settingChecks } from "../../src/mesh/doctor/settings.ts";
import { giveAway, NO_CHOWN, STRANGER } from "../support/disk.ts";
import { tempFolder } from "../support/folder.ts";

/** A folder two levels below one with that `.env`. */
function below(dotEnv: string): { top: string; folder: string } {
  const top = tempFolder();
  const folder = join(top, "plugin", "servers");
  mkdirSync(folder, { recursive: true });
  writeDotEnv(top, dotEnv);
  return { top, folder };
}

/** Private also where the umask lets the user's group write. */
function writeDotEnv(folder: string, text: string): string {
  const path = join(folder, ".env");
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
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
    writeDotEnv(folder, "MESH_DB_PATH=/near.db\n");
    assert.equal(readSettings({}, folder).dbPath, "/near.db");
  });

  test("is counted from the .env's own folder where it is relative", () => {
    const { top, folder } = below("MESH_DB_PATH=data/mesh.db\n");
    assert.equal(readSettings({}, folder).dbPath, join(top, "data", "mesh.db"));
  });

  const meanings = {
    "~": homedir(),
    "~/my.db": join(homedir(), "my.db"),
    "$HOME/.mesh/m.db": join(homedir(), ".mesh", "m.db"),
    "${HOME}/m.db": join(homedir(), "m.db"),
    " /a/b.db\t": "/a/b.db",
    "/a/b.db\r": "/a/b.db",
    "~/my.db\r\n": join(homedir(), "my.db"),
    "/a/../b//c.db": "/b/c.db",
    "/a b/ç.db": "/a b/ç.db",
    "/price/5$.db": "/price/5$.db",
    " ": join(homedir(), ".claude-mesh", "mesh.db"),
  };
  for (const [text, path] of Object.entries(meanings)) {
    test(`${JSON.stringify(text)} is the same file in each folder, from the environment and a .env`, () => {
      assert.equal(readSettings({ MESH_DB_PATH: text }, below("").folder).dbPath, path);
      const { folder } = below(`MESH_DB_PATH='${text}'\n`);
      assert.equal(readSettings({}, folder).dbPath, path);
    });
  }

  const refused = [
    "~other/m.db",
    "~\\m.db",
    "$XDG_DATA_HOME/m.db",
    "/data/$USER/m.db",
    "$" + "{HOMES}/m.db",
    "$HOMES/m.db",
  ];
  for (const text of [...refused, "~/$USER/m.db", "/a\0b.db"]) {
    test(`${JSON.stringify(text)} is refused, with what to write`, () => {
      for (const attempt of [
        () => readSettings({ MESH_DB_PATH: text }, below("").folder),
        () => readSettings({}, below(`MESH_DB_PATH='${text}'\n`).folder),
      ]) {
        assert.match(problemOf(attempt), /MESH_DB_PATH=.*write .* such as ~\/\.claude-mesh\/mesh\.db/s);
      }
    });
  }

  for (const text of ["mesh.db", "./m/mesh.db", "../mesh.db", ":memory:", "file:///a.db", "C:\\mesh.db"]) {
    test(`${text} is refused from the environment, and in a .env lies beside it`, () => {
      const { top, folder } = below(`MESH_DB_PATH='${text}'\n`);
      assert.match(
        problemOf(() => readSettings({ MESH_DB_PATH: text }, folder)),
        /relative .* ~\/\.claude-mesh/,
      );
      assert.equal(readSettings({}, folder).dbPath, join(top, text));
    });
  }

  test("may have a backslash behind the tilde on Windows, simulated, and must name its drive there", () => {
    const module = JSON.stringify(new URL("../../src/config/settings.ts", import.meta.url).href);
    const code = `
      Object.defineProperty(process, "platform", { value: "win32" });
      const { databasePath } = await import(${module});
      const texts = ["~\\\\m.db", "$HOME\\\\m.db", "%APPDATA%\\\\m.db", "/m.db"];
      console.log(JSON.stringify(texts.map((text) => databasePath(text, undefined))));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    const [tilde, variable, other, noDrive] = JSON.parse(output);
    assert.deepEqual([tilde.path, variable.path], Array(2).fill(join(homedir(), "\\m.db")));
    assert.match(other.problem, /variables/);
    assert.match(noDrive.problem, /relative/);
  });

  test("that is refused is a failure of the doctor's, in the same words", () => {
    const { folder } = below("");
    const env = { MESH_DB_PATH: "./mesh.db" };
    const check = settingChecks(reportSettings(env, folder)).find(({ name }) => name === "MESH_DB_PATH");
    assert.equal(check?.verdict, "failure");
    assert.match(
      check?.found ?? "",
      /^\.\/mesh\.db \(environment\): a relative path .* ~\/\.claude-mesh\/mesh\.db/,
    );
    assert.match(check?.remedy ?? "", /environment variable MESH_DB_PATH/);
    const spaced = settingChecks(reportSettings({ MESH_DB_PATH: " /a/m.db\r" }, folder));
    assert.equal(spaced.find(({ name }) => name === "MESH_DB_PATH")?.found, "/a/m.db (environment)");
  });

  test("is ~/.claude-mesh/mesh.db where nothing says otherwise", () => {
    const { folder } = below("OTHER=1\n");
    const { dbPath, sources } = readSettings({ MESH_DB_PATH: "" }, folder);
    assert.deepEqual([dbPath, sources.MESH_DB_PATH], [join(homedir(), ".claude-mesh", "mesh.db"), "default"]);
  });
});

describe("a .env that is not its user's alone is passed over", () => {
  const breakers: Record<string, { skip?: string | false; spoil: (path: string) => void; remedy: RegExp }> = {
    "because others may write it": { spoil: (path) => chmodSync(path, 0o622), remedy: /chmod go-w/ },
    "because its user's group may write it": {
      spoil: (path) => chmodSync(path, 0o660),
      remedy: /chmod go-w/,
    },
    "because it is another user's": { skip: NO_CHOWN, spoil: giveAway, remedy: /chown/ },
  };
  for (const [why, { skip = false, spoil, remedy }] of Object.entries(breakers)) {
    test(why, { skip }, () => {
      const { top, folder } = below("MESH_DB_PATH=/mine.db\n");
      const path = writeDotEnv(folder, "MESH_DB_PATH=/theirs.db\n");
      spoil(path);
      assert.equal(readSettings({}, folder).dbPath, "/mine.db");
      const report = reportSettings({}, folder);
      assert.deepEqual([report.settings.dbPath, report.dotEnv?.path], ["/mine.db", join(top, ".env")]);
      const warned = settingChecks(report).find(({ verdict }) => verdict === "warning");
      assert.ok(warned?.found.startsWith(path), warned?.found);
      assert.match(warned?.remedy ?? "", remedy);
    });
  }

  test("because another user's link leads to it", { skip: NO_CHOWN }, () => {
    const { top, folder } = below("MESH_DB_PATH=/mine.db\n");
    const elsewhere = writeDotEnv(tempFolder(), "MESH_DB_PATH=/other.db\n");
    symlinkSync(elsewhere, join(folder, ".env"));
    assert.equal(readSettings({}, folder).dbPath, "/other.db");
    lchownSync(join(folder, ".env"), STRANGER, STRANGER);
    assert.equal(readSettings({}, folder).dbPath, "/mine.db");
    assert.deepEqual(reportSettings({}, folder).dotEnv?.path, join(top, ".env"));
  });

  test("and a link that leads nowhere is none", () => {
    const { folder } = below("MESH_DB_PATH=/mine.db\n");
    symlinkSync(join(folder, ".env"), join(folder, ".env"));
    assert.equal(readSettings({}, folder).dbPath, "/mine.db");
  });
});

describe("the other settings", () => {
  test("may have white space around them", () => {
    assert.equal(readSettings({ MESH_BELLS: "0\r" }, below("").folder).bells, false);
  });

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
  const { path, problem } = refusalOf(attempt);
  return [path, problem.split(":")[0] ?? ""];
}

function problemOf(attempt: () => unknown): string {
  return refusalOf(attempt).problem;
}

function refusalOf(attempt: () => unknown) {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof MeshError) || error.refusal.kind !== "bad_config") throw error;
    return error.refusal;
  }
  assert.fail("it was understood");
}
