import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openWorld } from "../support/world.ts";
import { hooksOf } from "./support.ts";

test("list_peers and /mesh status show the worktree and the branch in which a session works at that moment", async (t) => {
  const world = openWorld(t);
  const project = world.project("backend");
  const worktree = world.project("backend-fix");
  // As git lays them out.
  const gitFolder = join(project, ".git", "worktrees", "fix");
  mkdirSync(gitFolder, { recursive: true });
  writeFileSync(join(project, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(gitFolder, "HEAD"), "ref: refs/heads/fix\n");
  writeFileSync(join(gitFolder, "commondir"), "../..\n");
  writeFileSync(join(worktree, ".git"), `gitdir: ${gitFolder}\n`);
  const deep = join(worktree, "src", "deep");
  mkdirSync(deep, { recursive: true });

  const backend = await world.server("backend", { hosted: true });
  const observer = await world.server("frontend", { hosted: true });
  const hooks = hooksOf(world, "backend", backend.hostPid);
  const place = async () => {
    const { peers = [] } = await observer.call("list_peers");
    const found = peers.find(({ name }) => name === "backend");
    // Wide enough for any path in one line.
    const status = (await hooks.slash("status", { COLUMNS: "1000" })).output?.reason ?? "";
    const line = /^project +(.*)$/m.exec(status)?.[1];
    assert.equal(line, `${found?.project_path}, branch ${found?.branch}`);
    return [found?.project_path, found?.branch];
  };
  const inProject = [project, "main"];
  const inWorktree = [worktree, "fix"];

  await hooks.start("one", "startup", { cwd: project });
  assert.deepEqual(await place(), inProject);
  await hooks.prompt("one", "go on", { cwd: deep });
  assert.deepEqual(await place(), inWorktree);
  await hooks.prompt("one", "go on", { cwd: join(project, "src") });
  assert.deepEqual(await place(), inProject);
  // In the middle of a turn.
  await backend.callRaw("show_new", { agent_id: "", cwd: worktree });
  assert.deepEqual(await place(), inWorktree);
  // A session that begins in it, and one that works where no repository is.
  await hooks.start("two", "clear", { cwd: worktree });
  assert.deepEqual(await place(), inWorktree);
  await hooks.prompt("two", "go on", { cwd: world.home });
  assert.deepEqual(await place(), inProject);
});
