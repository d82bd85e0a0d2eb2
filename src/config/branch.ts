import { lstatSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readProjectText } from "./text-file.ts";

/** A branch as git writes it (git-check-ref-format(1)); anything else in its place is some other file's text. */
const BRANCH = /^ref: refs\/heads\/([^\s\p{Cc}~^:?*[\\]+)\n?$/u;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})\n?$/;

/** The branch that a project's folder has checked out now, a short commit id where none is, null outside git. */
export function branchOf(projectPath: string): string | null {
  try {
    const head = readProjectText(join(repositoryAt(projectPath).git, "HEAD"));
    return BRANCH.exec(head)?.[1] ?? (COMMIT.test(head) ? head.slice(0, 8) : null);
  } catch {
    return null;
  }
}

/** The top folder of the repository that a folder belongs to, of a linked worktree the main one's; undefined outside git. */
export function repositoryOf(projectPath: string): string | undefined {
  try {
    const { top, git } = repositoryAt(projectPath);
    // The folder of a linked worktree is `<main>/.git/worktrees/<name>`.
    return basename(dirname(git)) === "worktrees" ? dirname(dirname(dirname(git))) : top;
  } catch {
    return undefined;
  }
}

/** The nearest folder at or above a path that git works in: the top of a repository, or of a worktree. */
export function worktreeOf(path: string): string | undefined {
  try {
    return repositoryAt(path).top;
  } catch {
    return undefined;
  }
}

/** The nearest folder at or above that git works in, and where git keeps what it knows of it. */
function repositoryAt(projectPath: string): { readonly top: string; readonly git: string } {
  for (let top = projectPath; ; top = dirname(top)) {
    const git = join(top, ".git");
    const stat = lstatSync(git, { throwIfNoEntry: false });
    if (stat?.isDirectory() || (stat?.isSymbolicLink() && statSync(git).isDirectory())) return { top, git };
    // A worktree's .git is a file that names its folder.
    if (stat !== undefined) {
      const named = /^gitdir: ([^\n\0]+)\n?$/.exec(readProjectText(git))?.[1];
      if (named === undefined) throw new Error("not git's");
      return { top, git: resolve(top, named) };
    }
    if (dirname(top) === top) throw new Error("not in a git repository");
  }
}
