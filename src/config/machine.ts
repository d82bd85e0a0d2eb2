import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { liveness, processKey } from "./process.ts";

export interface NodeFacts {
  /** What runs this process. */
  readonly version: string;
  readonly napi: number;
  /** What `node` means to a session, which starts hooks and server by that name. */
  readonly onPath: { readonly path: string; readonly version: string | undefined } | undefined;
}

export function nodeFacts(env: NodeJS.ProcessEnv): NodeFacts {
  const path = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, process.platform === "win32" ? "node.exe" : "node"))
    .find(isExecutable);
  return {
    version: process.versions.node,
    napi: Number(process.versions["napi"]),
    onPath: path === undefined ? undefined : { path, version: versionOf(path) },
  };
}

function isExecutable(path: string): boolean {
  try {
    fs.accessSync(path, fs.constants.X_OK);
    return fs.statSync(path).isFile();
  } catch {
    return false;
  }
}

function versionOf(node: string): string | undefined {
  if (fs.realpathSync(node) === fs.realpathSync(process.execPath)) return process.versions.node;
  try {
    const output = execFileSync(node, ["--version"], { encoding: "utf8", timeout: 5_000, stdio: "pipe" });
    return output.trim().replace(/^v/, "");
  } catch {
    return undefined;
  }
}

export interface Entry {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** The permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly bytes: number;
}

/** What lies at a path itself, links not followed. */
export function entryAt(path: string): Entry | undefined {
  try {
    const stat = fs.lstatSync(path);
    const kind = stat.isFile()
      ? "file"
      : stat.isDirectory()
        ? "folder"
        : stat.isSymbolicLink()
          ? "link"
          : "other";
    return { path, kind, mode: stat.mode & 0o777, uid: stat.uid, bytes: stat.size };
  } catch {
    return undefined;
  }
}

/** The nearest folder at or above a path that is there, and whether this user may write to it. */
export function nearestFolder(path: string): { readonly path: string; readonly writable: boolean } {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const stat = fs.statSync(folder, { throwIfNoEntry: false });
      if (stat === undefined && dirname(folder) !== folder) continue;
      fs.accessSync(folder, fs.constants.W_OK);
      return { path: folder, writable: stat?.isDirectory() ?? false };
    } catch (error) {
      // What a locked folder holds cannot be told from what is not there; the folder above it can be named.
      const locked = error instanceof Error && "syscall" in error && error.syscall === "stat";
      if (!locked || dirname(folder) === folder) return { path: folder, writable: false };
    }
  }
}

/** Bytes that this user may still write to the file system of a folder. */
export function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** This user's id; undefined where the platform has none. */
export function userId(): number | undefined {
  return process.getuid?.();
}

/** The names in a folder; none where it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

export function setMode(path: string, mode: number): void {
  fs.chmodSync(path, mode);
}

/** Whether the file is there or not. */
export function removeFile(path: string): void {
  fs.rmSync(path, { force: true });
}

/**
 * Makes a file that says that something is under way, for one process at a time; one that a process left behind, which
 * has ended since, is taken over. Returns how to remove it, or undefined where another process has it.
 */
export function takeFile(path: string): (() => void) | undefined {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      fs.writeFileSync(path, processKey(process.pid), { flag: "wx", mode: 0o600 });
      return () => removeFile(path);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (liveness(fs.readFileSync(path, "utf8")) !== "gone") return undefined;
      removeFile(path);
    }
  }
  return undefined;
}
