import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  clientFolder,
  findBeside,
  folderIdentity,
  isCopy,
  readProject,
  wantsName,
} from "../../src/config/project.ts";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import { tempFolder } from "../support/folder.ts";

const NO_BIRTH_TIME = folderIdentity(tempFolder()) === undefined ? "no birth times here" : false;
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
    [
      "a path may begin with ~",
      { CLAUDE_MESH_PROJECT_PATH: "~/no such/app" },
      join(homedir(), "no such", "app"),
    ],
    [
      "a path may begin with $HOME",
      { CLAUDE_MESH_PROJECT_PATH: "$HOME/no/app" },
      join(homedir(), "no", "app"),
    ],
    ["white space around it is no part of it", { CLAUDE_MESH_PROJECT_PATH: ` ${first}\r` }, first],
    ["an empty variable is none", { CLAUDE_MESH_PROJECT_PATH: "", CLAUDE_PROJECT_DIR: "" }, third],
  ] as const;
  for (const [rule, env, path] of table) {
    test(rule, () => assert.equal(readProject(env, () => third).path, path));
  }

  for (const text of ["./sub", "sub", "~other/app", "$WORK/app", "~/$WORK/app", "/a\0b"]) {
    test(`${JSON.stringify(text)} is refused, with what to write`, () => {
      const { path, problem } = badConfig(() => readProject({ CLAUDE_MESH_PROJECT_PATH: text }, () => third));
      assert.equal(path, "environment variable CLAUDE_MESH_PROJECT_PATH");
      assert.match(problem, /^CLAUDE_MESH_PROJECT_PATH=.*; write .* such as ~\/shop\/api$/s);
    });
  }

  test("is an absolute path without a slash at its end", () => {
    assert.equal(readProject({ CLAUDE_PROJECT_DIR: `${first}/` }, () => third).path, first);
  });
});

describe("the client's folder", () => {
  const [mesh, client, working] = [projectFolder("mesh"), projectFolder("client"), projectFolder("working")];

  test("is not what the mesh was told: CLAUDE_PROJECT_DIR, then the working directory", () => {
    const told = { CLAUDE_MESH_PROJECT_PATH: mesh };
    assert.equal(
      clientFolder({ ...told, CLAUDE_PROJECT_DIR: client }, () => working),
      client,
    );
    assert.equal(
      clientFolder({ ...told, CLAUDE_PROJECT_DIR: "" }, () => working),
      working,
    );
    assert.equal(
      clientFolder({ ...told, CLAUDE_PROJECT_DIR: "client" }, () => join(client, "..")),
      client,
    );
  });

  test("is empty where it was deleted and no variable names it", () => {
    const deleted = () => {
      throw new Error("ENOENT: uv_cwd");
    };
    assert.equal(clientFolder({ CLAUDE_MESH_PROJECT_PATH: mesh }, deleted), "");
    assert.equal(clientFolder({ CLAUDE_PROJECT_DIR: client }, deleted), client);
  });
});

describe("the project's folder", () => {
  test("is one, by its own path, by a link, and by a link above it", () => {
    const folder = projectFolder("app");
    const [link, above] = [join(tempFolder(), "other"), join(tempFolder(), "above")];
    symlinkSync(folder, link);
    symlinkSync(join(folder, ".."), above);
    for (const path of [folder, link, join(above, "app"), `${link}/`, `${folder}/../app`]) {
      const {
        path: found,
        baseName,
        folder: identity,
      } = readProject({ CLAUDE_PROJECT_DIR: path }, () => "/");
      assert.deepEqual([found, baseName, identity], [folder, "app", folderIdentity(folder)]);
      assert.equal(readProject({}, () => path).path, folder);
    }
  });

  test("is counted from the working folder where a variable names it by a relative path", () => {
    const folder = projectFolder("app");
    assert.equal(readProject({ CLAUDE_PROJECT_DIR: "app" }, () => join(folder, "..")).path, folder);
  });

  test("keeps its identity when it is moved, and shares it with no other", { skip: NO_BIRTH_TIME }, () => {
    const folder = projectFolder("app");
    const identity = folderIdentity(folder);
    assert.match(identity ?? "", /^\d+\.\d+$/);
    renameSync(folder, `${folder}-2`);
    assert.equal(folderIdentity(folder), undefined);
    mkdirSync(folder);
    assert.equal(folderIdentity(`${folder}-2`), identity);
    assert.notEqual(folderIdentity(folder), identity);
  });

  test("is found under another name in the same folder", { skip: NO_BIRTH_TIME }, () => {
    const folder = projectFolder("app");
    const identity = folderIdentity(folder) ?? "";
    renameSync(folder, `${folder}-old`);
    mkdirSync(folder);
    assert.equal(findBeside(folder, identity), `${folder}-old`);
    rmSync(`${folder}-old`, { recursive: true });
    assert.equal(findBeside(folder, identity), undefined);
    assert.equal(findBeside("/no/such/app", identity), undefined);
  });

  test("wants the name of its file, else its own, as long as it is there", () => {
    const [plain, named, broken] = [
      projectFolder("app"),
      projectFolder("app", '{ "name": "api" }'),
      projectFolder("app", "{"),
    ];
    const wants = (path: string) => ["app", "api"].filter((name) => wantsName(path, name));
    assert.deepEqual([wants(plain), wants(named)], [["app"], ["api"]]);
    // Nothing tells what a broken file will say once it is mended.
    assert.deepEqual(wants(broken), ["app", "api"]);
    rmSync(plain, { recursive: true });
    assert.deepEqual(wants(plain), []);
  });

  test("is no copy of itself, by whatever path, nor of another one", () => {
    const [folder, other, link] = [projectFolder("app"), projectFolder("app"), join(tempFolder(), "link")];
    symlinkSync(folder, link);
    for (const path of [folder, other, link, "/no/such/app"]) assert.equal(isCopy(folder, path), false);
  });

  test("may be gone", () => {
    const { path, folder } = readProject({ CLAUDE_PROJECT_DIR: "/no/such/app" }, () => "/");
    assert.deepEqual([path, folder], ["/no/such/app", undefined]);
  });

  test("is asked of the working folder only where no variable names it", () => {
    const deleted = () => {
      throw new Error("ENOENT: uv_cwd");
    };
    const folder = projectFolder("app");
    for (const name of ["CLAUDE_MESH_PROJECT_PATH", "CLAUDE_PROJECT_DIR"])
      assert.equal(readProject({ [name]: folder }, deleted).path, folder);
    const { problem } = badConfig(() => readProject({}, deleted));
    assert.match(problem, /was deleted.*CLAUDE_MESH_PROJECT_PATH/);
  });

  test("is one in all letter cases and Unicode forms that its file system takes for the same, simulated", () => {
    const top = tempFolder();
    const folder = join(top, "My-Work", "Äpp.2", "7");
    mkdirSync(folder, { recursive: true });
    const spellings = [
      "My-Work/Äpp.2/7",
      "my-work/äpp.2/7",
      "MY-WORK/ÄPP.2/7",
      "mY-work/Äpp.2/7".normalize("NFD"),
    ];
    assert.deepEqual(pathsOnFoldingDisk(top, spellings), Array(4).fill(folder));
  });

  test("is another in another letter case where that is another folder", () => {
    const top = tempFolder();
    for (const name of ["App", "app"]) mkdirSync(join(top, name), { recursive: true });
    for (const name of existsSync(join(top, "APP")) ? [] : ["App", "app"])
      assert.equal(readProject({ CLAUDE_PROJECT_DIR: join(top, name) }, () => "/").path, join(top, name));
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
    test(rule, () => assert.equal(readProject({}, () => projectFolder(folder, file)).baseName, name));
  }

  test("comes with the file's summary", () => {
    assert.equal(readProject({}, () => projectFolder("a", '{ "summary": "orders" }')).summary, "orders");
    assert.equal(readProject({}, () => projectFolder("a")).summary, undefined);
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
    [
      "more names than others would read",
      `{ "accept": ${JSON.stringify(names(101))} }`,
      1,
      /accept: at most 100/,
    ],
    ["a comment", '{\n  // the name\n  "name": "api"\n}', 2, /JSON/],
  ] as const;
  for (const [fault, file, line, problem] of table) {
    test(`${fault}: an error with its path and line`, () => {
      const folder = projectFolder("broken", file);
      const refusal = badConfig(() => readProject({}, () => folder));
      assert.equal(refusal.path, join(folder, ".claude-mesh.json"));
      assert.match(refusal.problem, problem);
      assert.equal(refusal.line, line);
    });
  }

  for (const file of ["null", "5", '"backend"', "[]", '["backend"]']) {
    test(`${file}: says that an object is expected`, () => {
      const { problem } = badConfig(() => readProject({}, () => projectFolder("broken", file)));
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
      const refusal = badConfig(() => readProject({}, () => folder));
      assert.match(refusal.problem, /is a symbolic link.*make it a file/);
      assert.doesNotMatch(JSON.stringify(refusal), /secret/);
    }
  });

  test("that is a folder: an error with its path", () => {
    const folder = projectFolder("broken");
    mkdirSync(join(folder, ".claude-mesh.json"));
    assert.equal(badConfig(() => readProject({}, () => folder)).path, join(folder, ".claude-mesh.json"));
  });
});

/**
 * The projects' paths in a process to which all file systems seem to fold names below a folder, as ext4 can: any spelling
 * is found, and a real path keeps the one that it was asked by.
 */
function pathsOnFoldingDisk(top: string, spellings: readonly string[]): string[] {
  const module = JSON.stringify(new URL("../../src/config/project.ts", import.meta.url).href);
  const code = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    import { join } from "node:path";
    const { lstatSync, statSync, readdirSync } = fs;
    const fold = (name) => name.normalize("NFC").toLowerCase();
    const top = ${JSON.stringify(top)};
    const onDisk = (path) => !path.startsWith(top + "/") ? path
      : path.slice(top.length + 1).split("/").reduce((at, name) =>
          join(at, readdirSync(at).find((entry) => fold(entry) === fold(name)) ?? name), top);
    fs.lstatSync = (path, options) => lstatSync(onDisk(path), options);
    fs.statSync = (path, options) => statSync(onDisk(path), options);
    fs.realpathSync.native = (path) => path;
    syncBuiltinESMExports();
    const { readProject } = await import(${module});
    const paths = ${JSON.stringify(spellings)}.map((name) => readProject({ CLAUDE_PROJECT_DIR: join(top, name) }).path);
    console.log(JSON.stringify(paths));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }),
  );
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `peer-${n}`);
}

function badConfig(attempt: () => unknown): Extract<Refusal, { kind: "bad_config" }> {
  try {
    attempt();
  } catch (error) {
    if (error instanceof MeshError && error.refusal.kind === "bad_config") return error.refusal;
    throw error;
  }
  assert.fail("it was understood");
}
