import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { branchOf, repositoryOf, worktreeOf } from "../../src/config/branch.ts";
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

/** Whole repositories but for their HEAD, in whose place something else lies. */
const OTHERS: Record<string, string> = {
  words: "words of another file\n",
  "a secret": "sk-ant-0123456789abcdef",
  "a line of hex digits that is no commit": `${"a".repeat(39)}\n`,
  "a commit and more": `${"a".repeat(40)}\nsecret\n`,
  "a reference to no branch": "ref: refs/../../secret\n",
  "a branch with a blank": "ref: refs/heads/some words\n",
  "a branch and more": "ref: refs/heads/main\nsecret\n",
  nothing: "",
};
for (const [what, text] of Object.entries(OTHERS)) {
  test(`a HEAD that holds ${what} is no branch`, () => {
    const folder = repository();
    writeFileSync(join(folder, ".git", "HEAD"), text);
    assert.equal(branchOf(folder), null);
  });
}

test("a commit of SHA-256 is named by its start", () => {
  const folder = repository();
  writeFileSync(join(folder, ".git", "HEAD"), `${"0123456789abcdef".repeat(4)}\n`);
  assert.equal(branchOf(folder), "01234567");
});

test("links to other files are not read as git's", () => {
  const folder = repository();
  const head = join(folder, ".git", "HEAD");
  const other = join(tempFolder(), "other");
  // Even what would be understood: it is another file's.
  writeFileSync(other, readFileSync(head));
  unlinkSync(head);
  symlinkSync(other, head);
  assert.equal(branchOf(folder), null);

  const worktree = join(tempFolder(), "app-fix");
  git(repository(), "worktree", "add", "-q", "-b", "fix", worktree);
  renameSync(join(worktree, ".git"), other);
  symlinkSync(other, join(worktree, ".git"));
  assert.equal(branchOf(worktree), null);
  assert.equal(repositoryOf(worktree), undefined);
});

test("the repository of a folder is its top, of a linked worktree the main one's", () => {
  const folder = repository();
  const worktree = join(tempFolder(), "app-fix");
  git(folder, "worktree", "add", "-q", "-b", "fix", worktree);
  mkdirSync(join(folder, "deep"));
  for (const at of [folder, join(folder, "deep"), worktree]) assert.equal(repositoryOf(at), folder);
  assert.equal(repositoryOf(tempFolder()), undefined);
});

test("the worktree of a path is the nearest folder with a .git, be that a folder or a file", () => {
  const folder = repository();
  const worktree = join(folder, ".worktrees", "fix");
  git(folder, "worktree", "add", "-q", "-b", "fix", worktree);
  mkdirSync(join(worktree, "deep"));
  mkdirSync(join(folder, "deep"));
  assert.equal(worktreeOf(join(worktree, "deep")), worktree);
  assert.equal(worktreeOf(worktree), worktree);
  assert.equal(worktreeOf(join(folder, "deep", "gone")), folder);
  assert.equal(worktreeOf(tempFolder()), undefined);
});
