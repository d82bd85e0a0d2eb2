import assert from "node:assert/strict";
import fs, { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join as joinPath } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { silentBell } from "../../src/bell/file-bell.ts";
import { folderIdentity, readProject } from "../../src/config/project.ts";
import type { Peer } from "../../src/domain/peer.ts";
import { asTerminal } from "../../src/mesh/guest.ts";
import { peersHere } from "../../src/mesh/here.ts";
import { join } from "../../src/mesh/join.ts";
import { peerNamed } from "../../src/mesh/peers.ts";
import { makeSqliteBackend } from "../store/sqlite-backend.ts";
import { idsOf, openStage, refusal } from "../store/stage.ts";
import { tempFolder } from "../support/folder.ts";
import { must } from "../support/until.ts";

const NO_BIRTH_TIME = folderIdentity(tempFolder()) === undefined ? "no birth times here" : false;

/** Sessions in real folders on a real store. */
async function folders(t: TestContext) {
  const stage = await openStage(t, () => makeSqliteBackend("auto"));
  const { store, clock } = stage;
  const top = tempFolder();
  let hosts = 0;
  const mesh = {
    store,
    bell: silentBell,
    now: () => clock.now,
    process: "this process",
    liveness: () => "alive" as const,
    hostStatus: () => undefined,
  };
  const at = (name: string) => joinPath(top, name);
  const projectAt = (name: string) => readProject({}, () => at(name));
  return {
    ...stage,
    mesh,
    at,
    projectAt,
    make(name: string, file?: string) {
      mkdirSync(at(name), { recursive: true });
      if (file !== undefined) writeFileSync(joinPath(at(name), ".claude-mesh.json"), file);
    },
    move(from: string, to: string) {
      mkdirSync(dirname(at(to)), { recursive: true });
      renameSync(at(from), at(to));
    },
    remove: (name: string) => rmSync(at(name), { recursive: true }),
    /** A conversation begins there. */
    start: (name: string): Promise<Peer> => {
      const session = { host: `client ${++hosts}`, project: projectAt(name), sessionId: undefined };
      return join(mesh, session, { begins: "anew" });
    },
  };
}

describe("a project's own name", () => {
  const table = [
    ["was moved aside", "api.bak", undefined, "api"],
    ["was moved further", "deep/other", undefined, "api"],
    ["was moved to a folder of that name", "deep/api", undefined, "api"],
    ["was moved aside, and has the name by its file", "api.bak", '{ "name": "api" }', "api-2"],
    ["was moved aside, with a file that cannot be understood", "api.bak", '{ "name": ', "api-2"],
  ] as const;
  for (const [what, to, file, name] of table) {
    test(`of a folder in the place of one that ${what}: ${name}`, {
      skip: NO_BIRTH_TIME,
    }, async (t) => {
      const { start, leave, ask, take, make, move } = await folders(t);
      make("asker");
      const asker = await start("asker");
      make("api");
      await leave(await start("api"));
      const question = await ask(asker, "api");
      move("api", to);
      if (file !== undefined) make(to, file);
      make("api");
      const next = await start("api");
      assert.deepEqual([next.name, next.ownName], [name, name]);
      const found = to.startsWith("deep") ? [question] : [];
      assert.deepEqual(idsOf((await take(next)).questions), found);
    });
  }

  test("is free for another folder once the first is gone, and its mail stays with that one", async (t) => {
    const { start, leave, ask, take, make, remove } = await folders(t);
    make("asker");
    const asker = await start("asker");
    for (const name of ["one/api", "two/api"]) make(name);
    await leave(await start("one/api"));
    const second = await start("two/api");
    assert.equal(second.name, "api-2");
    const question = await ask(asker, "api");
    await leave(second);
    remove("one/api");
    const next = await start("two/api");
    assert.deepEqual([next.name, next.ownName], ["api", "api"]);
    assert.deepEqual(idsOf((await take(next)).questions), []);
    make("one/api");
    const back = await start("one/api");
    assert.deepEqual([back.name, idsOf((await take(back)).questions)], ["api-2", [question]]);
  });

  test("by a number is no other folder's, though that is called so", async (t) => {
    const { start, make } = await folders(t);
    for (const name of ["one/api", "two/api", "api-2"]) make(name);
    const names = [];
    for (const name of ["one/api", "two/api", "api-2"]) names.push((await start(name)).ownName);
    assert.deepEqual(names, ["api", "api-2", "api-2-2"]);
  });

  test("leads to its project alone, wherever a person or a session gives it", async (t) => {
    const { start, leave, join: joinStore, ask, mesh, make } = await folders(t);
    for (const name of ["asker", "web"]) make(name);
    const asker = await start("asker");
    await leave(await joinStore("other", { rename: "web" }));
    const { host } = await start("web");
    const { projectPath } = await peerNamed(mesh, "web");
    await joinStore("web", { projectPath, host: must(host), rename: "web-v2" });
    for (const attempt of [peerNamed(mesh, "web"), ask(asker, "web")])
      assert.equal((await refusal(attempt, "unknown_peer")).now, "web-v2");
  });
});

test("answers to a terminal are found where its folder is now, though no session was in it", {
  skip: NO_BIRTH_TIME,
}, async (t) => {
  const { start, ask, reply, mesh, at, projectAt, make, move, take } = await folders(t);
  for (const name of ["web", "scripts"]) make(name);
  const web = await start("web");
  const question = await asTerminal(mesh, projectAt("scripts"), (me) => ask(me, "web"));
  await reply(web, question);
  move("scripts", "scripts-new");
  const { terminals } = await peersHere(mesh, at("scripts-new"));
  assert.deepEqual(idsOf((await take(must(terminals[0]))).replies), [question]);
});

test("a copy of a folder on another device is another project, and has a place of its own", {
  skip: NO_BIRTH_TIME,
}, async (t) => {
  const { start, leave, ask, take, make, move } = await folders(t);
  make("asker");
  const asker = await start("asker");
  for (const name of ["disk/api", "backup/api"]) make(name);
  seemCopied(t);
  await leave(await start("disk/api"));
  const question = await ask(asker, "api");
  for (let round = 0; round < 2; round++) {
    const copy = await start("backup/api");
    assert.deepEqual([copy.name, idsOf((await take(copy)).questions)], ["api-2", []]);
    await leave(copy);
  }
  // One of the two is moved.
  move("disk/api", "disk/shop");
  const moved = await start("disk/shop");
  assert.deepEqual([moved.name, idsOf((await take(moved)).questions)], ["shop", [question]]);
});

/** From now on all folders below `disk` and `backup` have one inode and one birth, and those below `backup` another device. */
function seemCopied(t: TestContext): void {
  const { statSync } = fs;
  const same = (path: string, options?: fs.StatOptions) => {
    const stat = must(statSync(path, options));
    const device = /\/(disk|backup)\//.exec(path)?.[1];
    if (device === undefined) return stat;
    const [ino, dev] = [7, device === "disk" ? 1 : 2];
    if (options?.bigint) return Object.assign(stat, { ino: BigInt(ino), dev: BigInt(dev), birthtimeNs: 9n });
    return Object.assign(stat, { ino, dev });
  };
  const stub = t.mock.method(fs, "statSync", same as typeof statSync);
  syncBuiltinESMExports();
  t.after(() => {
    stub.mock.restore();
    syncBuiltinESMExports();
  });
}
