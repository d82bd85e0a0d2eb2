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

const me = () => process.getuid?.();

/**
 * Makes the database's folder and file where they are missing, for this user alone, and makes sure of them where they
 * are there: nothing is opened that is not a file, or that another user owns, may write to, or could exchange.
 */
export function preparePlace(path: string): void {
  guarded(path, "unusable", () => {
    const folder = dirname(path);
    makeFolder(path, folder);
    check(path, follow(path, folder), true);
    makeFile(path);
    const real = follow(path, path);
    check(path, dirname(real), true);
    // The log first: whoever makes a new database writes to the file before.
    const log = entry(`${real}-wal`)?.size;
    const { size } = statSync(real);
    // SQLite takes one byte, too, for a new database.
    if (size === 1 || (log && size === 0)) throw faulty(path, "damaged", "it is cut off");
    for (const end of ["", "-wal", "-shm"]) {
      // Whoever closes the database last takes its log away, perhaps between two looks at it.
      whileThere(real + end, () => check(path, real + end));
    }
  });
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

function check(path: string, at: string, folder = false): void {
  const stat = lstatSync(at);
  if (!(folder ? stat.isDirectory() : stat.isFile()))
    throw faulty(path, "wrong_kind", `${at} is not a ${folder ? "folder" : "file"}`);
  const problem = strangers(stat, me());
  if (problem)
    throw faulty(path, problem, `${at} is ${problem === "owner" ? "another user's" : "writable by others"}`);
  // Made by a program that did not know better.
  if (!folder && stat.mode & 0o077) chmodSync(at, stat.mode & 0o700);
  accessSync(at, 6);
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
