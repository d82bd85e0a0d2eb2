import {
  accessSync,
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { strangers } from "../../domain/private.ts";
import { faulty, guarded } from "./faults.ts";
import { isHeld, recognise } from "./recognise.ts";

const me = () => process.getuid?.();

/**
 * Makes the database's folder and file where they are missing, for this user alone, and makes sure of them where they
 * are there: nothing is opened that is not a file, or that another user owns, may write to, or could exchange. What was not
 * the mesh's before is left exactly as it is.
 */
export function preparePlace(path: string): void {
  guarded(path, "unusable", () => {
    const folder = dirname(path);
    makeFolder(path, folder);
    check(path, follow(path, folder), true);
    makeFile(path);
    const real = follow(path, path);
    check(path, dirname(real), true);
    checkOwner(path, real);
    checkContents(path, real);
    for (const end of ["", "-wal", "-shm"]) {
      // Whoever closes the database last takes its log away, perhaps between two looks at it.
      whileThere(real + end, () => {
        check(path, real + end);
        // Made by a program that did not know better.
        const { mode } = lstatSync(real + end);
        if (mode & 0o077) chmodSync(real + end, mode & 0o700);
        accessSync(real + end, 6);
      });
    }
  });
}

/**
 * Where a database's file lies, whatever link led there: SQLite keeps its log beside the file, and so do we what belongs to
 * it. The path as it is where nothing is there yet.
 */
export function fileOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function checkContents(path: string, real: string): void {
  if (isHeld(real)) return;
  const found = recognise(real);
  if (found === "foreign")
    throw faulty(path, "foreign", "it is no mesh but another program's file, or one of your own");
  if (found === "broken") throw faulty(path, "damaged", "it was a mesh, and is damaged or cut off");
}

function entry(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Where a path leads. Whoever owns a folder on a link's way could lead it elsewhere: only this user and the system may. */
function follow(path: string, link: string): string {
  if (!statSync(link, { throwIfNoEntry: false })) throw faulty(path, "link", `${link} is a link to nothing`);
  const real = realpathSync(link);
  for (let at = real; real !== link && at !== dirname(at); at = dirname(at)) {
    const stat = statSync(at);
    if (stat.uid !== 0 && strangers(stat, me()) === "owner")
      throw faulty(path, "link", `${link} leads to another user's ${at}`);
  }
  return real;
}

function checkOwner(path: string, at: string, folder = false): Stats {
  const stat = lstatSync(at);
  if (!(folder ? stat.isDirectory() : stat.isFile()))
    throw faulty(path, "wrong_kind", `${at} is not a ${folder ? "folder" : "file"}`);
  if (strangers(stat, me()) === "owner") throw faulty(path, "owner", `${at} is another user's`);
  return stat;
}

function check(path: string, at: string, folder = false): void {
  if (strangers(checkOwner(path, at, folder), me()))
    throw faulty(path, "writers", `${at} is writable by others`);
  if (folder) accessSync(at, 6);
}

/** Also those above it. Node's own `recursive` never returns on some file systems. */
function makeFolder(path: string, folder: string): void {
  if (entry(folder)) return void follow(path, folder);
  makeFolder(path, dirname(folder));
  unlessMade(folder, () => {
    mkdirSync(folder, 0o700);
    chmodSync(folder, 0o700);
  });
}

/** Exclusively, so that no link is followed, and closed before SQLite opens it: closing drops a process's locks. */
function makeFile(path: string): void {
  if (entry(path)) return;
  unlessMade(path, () => {
    closeSync(openSync(path, "ax", 0o600));
    // Whatever the umask took away.
    chmodSync(path, 0o600);
  });
}

function whileThere(path: string, step: () => void): void {
  try {
    if (entry(path)) step();
  } catch (error) {
    if (entry(path)) throw error;
  }
}

/** Another process may be faster. */
function unlessMade(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!entry(path)) throw error;
  }
}
