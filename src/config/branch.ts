import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readText } from "./text-file.ts";

/** The branch that a project's folder has checked out now, a short commit id where none is, null outside git. */
export function branchOf(projectPath: string): string | null {
  try {
    const head = readText(join(gitFolder(projectPath), "HEAD")).trim();
    return /^ref: refs\/heads\/(.+)$/.exec(head)?.[1] ?? head.slice(0, 8);
  } catch {
    return null;
  }
}

function gitFolder(projectPath: string): string {
  for (let folder = projectPath; ; folder = dirname(folder)) {
    const git = join(folder, ".git");
    const stat = statSync(git, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return git;
    // A worktree's .git is a file that names its folder.
    if (stat !== undefined)
      return resolve(
        folder,
        readText(git)
          .replace(/^gitdir: /, "")
          .trim(),
      );
    if (dirname(folder) === folder) throw new Error("not in a git repository");
  }
}
