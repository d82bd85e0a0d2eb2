import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { branchOf } from "../../src/config/branch.ts";
import { tempFolder } from "../support/folder.ts";

function git(folder: string, ...args: string[]): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"];
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...identity, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: "pipe",
  }).trim();
}

function repository(): string {
  const folder = join(tempFolder(), "app");
  mkdirSync(folder);
  git(folder, "init", "-q", "-b", "main");
  writeFileSync(join(folder, "a"), "a");
  git(folder, "add", "a");
  git(folder, "commit", "-q", "-m", "one");
  return folder;
}

test("a repository has its branch, also below its top", () => {
  const folder = repository();
  mkdirSync(join(folder, "deep", "er"), { recursive: true });
  assert.equal(branchOf(folder), "main");
  assert.equal(branchOf(join(folder, "deep", "er")), "main");
});

test("a branch with a slash keeps it", () => {
  const folder = repository();
  git(folder, "checkout", "-q", "-b", "feature/orders");
  assert.equal(branchOf(folder), "feature/orders");
});

test("a worktree has its own branch", () => {
  const folder = repository();
  const worktree = join(tempFolder(), "app-fix");
  git(folder, "worktree", "add", "-q", "-b", "fix", worktree);
  assert.equal(branchOf(worktree), "fix");
  assert.equal(branchOf(folder), "main");
});

test("a detached head is named by the start of its commit", () => {
  const folder = repository();
  const commit = git(folder, "rev-parse", "HEAD");
  git(folder, "checkout", "-q", "--detach");
  assert.equal(branchOf(folder), commit.slice(0, 8));
});

test("no repository, no branch; no folder, no branch", () => {
  const folder = tempFolder();
  assert.equal(branchOf(folder), null);
  assert.equal(branchOf(join(folder, "gone")), null);
});
