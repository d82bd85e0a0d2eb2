import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readProject } from "../../src/config/project.ts";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import { tempFolder } from "../support/folder.ts";

function projectFolder(name: string, file?: string): string {
  const path = join(tempFolder(), name);
  mkdirSync(path);
  if (file !== undefined) writeFileSync(join(path, ".claude-mesh.json"), file);
  return path;
}

describe("the project", () => {
  const [first, second, third] = [projectFolder("one"), projectFolder("two"), projectFolder("three")];
  const table = [
    [
      "CLAUDE_MESH_PROJECT_PATH comes first",
      { CLAUDE_MESH_PROJECT_PATH: first, CLAUDE_PROJECT_DIR: second },
      first,
    ],
    ["then CLAUDE_PROJECT_DIR", { CLAUDE_PROJECT_DIR: second }, second],
    ["then the working directory", {}, third],
    ["an empty variable is none", { CLAUDE_MESH_PROJECT_PATH: "", CLAUDE_PROJECT_DIR: "" }, third],
  ] as const;
  for (const [rule, env, path] of table) {
    test(rule, () => assert.equal(readProject(env, third).path, path));
  }

  test("is an absolute path without a slash at its end", () => {
    assert.equal(readProject({ CLAUDE_PROJECT_DIR: `${first}/` }, third).path, first);
  });
});

describe("its name", () => {
  const table = [
    ["is the folder's basename", "backend", undefined, "backend"],
    ["is the basename made valid", "My App (2)", undefined, "my-app-2"],
    ["is the file's name", "backend", '{ "name": "api" }', "api"],
    ["is the file's name, case folded", "backend", '{ "name": "API" }', "api"],
    ["is the basename where the file has none", "backend", '{ "summary": "orders" }', "backend"],
  ] as const;
  for (const [rule, folder, file, name] of table) {
    test(rule, () => assert.equal(readProject({}, projectFolder(folder, file)).baseName, name));
  }

  test("comes with the file's summary", () => {
    assert.equal(readProject({}, projectFolder("a", '{ "summary": "orders" }')).summary, "orders");
    assert.equal(readProject({}, projectFolder("a")).summary, undefined);
  });
});

describe("a .claude-mesh.json that cannot be understood", () => {
  const table = [
    ["a name that is none", '{\n  "name": "my app"\n}', 2, /name.*a-z/],
    ["a name of another type", '{ "name": 5 }', 1, /name/],
    ["a summary that is too long", `{\n\n"summary": "${"x".repeat(201)}" }`, 3, /summary/],
    ["an unknown key", '{\n  "name": "api",\n  "nmae": "api"\n}', 3, /unknown key "nmae".*name, summary/],
    ["a missing comma", '{\n  "name": "api"\n  "summary": "x"\n}', 3, /JSON/],
    ["a name without quotes", '{\n  "name": api\n}\n\n\n', 2, /JSON/],
    ["a sudden end", '{\n  "name": "api"\n', 3, /JSON/],
    ["a comment", '{\n  // the name\n  "name": "api"\n}', 2, /JSON/],
  ] as const;
  for (const [fault, file, line, problem] of table) {
    test(`${fault}: an error with its path and line`, () => {
      const folder = projectFolder("broken", file);
      const refusal = badConfig(() => readProject({}, folder));
      assert.equal(refusal.path, join(folder, ".claude-mesh.json"));
      assert.match(refusal.problem, problem);
      assert.equal(refusal.line, line);
    });
  }

  for (const file of ["null", "5", '"backend"', "[]", '["backend"]']) {
    test(`${file}: says that an object is expected`, () => {
      const { problem } = badConfig(() => readProject({}, projectFolder("broken", file)));
      assert.match(problem, /object/i);
    });
  }

  test("that is a link: an error that says so, and nothing of the file that it leads to", () => {
    const folder = projectFolder("broken");
    const other = join(tempFolder(), "other.json");
    for (const text of ['{ "secret": 1 }', '{ "name": "secret" }', "secret"]) {
      writeFileSync(other, text);
      rmSync(join(folder, ".claude-mesh.json"), { force: true });
      symlinkSync(other, join(folder, ".claude-mesh.json"));
      const refusal = badConfig(() => readProject({}, folder));
      assert.match(refusal.problem, /is a symbolic link.*make it a file/);
      assert.doesNotMatch(JSON.stringify(refusal), /secret/);
    }
  });

  test("that is a folder: an error with its path", () => {
    const folder = projectFolder("broken");
    mkdirSync(join(folder, ".claude-mesh.json"));
    assert.equal(badConfig(() => readProject({}, folder)).path, join(folder, ".claude-mesh.json"));
  });
});

function badConfig(attempt: () => unknown): Extract<Refusal, { kind: "bad_config" }> {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MeshError && error.refusal.kind === "bad_config") return error.refusal;
    throw error;
  }
  assert.fail("it was understood");
}
