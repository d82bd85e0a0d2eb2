import { chmodSync, closeSync, fchmodSync, lstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Ringer } from "../domain/bell.ts";
import { strangers } from "../domain/private.ts";

/** Rings the file bells of a folder. All that a hook needs: it ends too soon to hear one. */
export function makeFileRinger(folder: string): Ringer {
  return {
    ring(peer) {
      try {
        touchBell(folder, peer);
      } catch {
        // A hint that cannot be given is a hint lost: the poll finds the same.
      }
    },
  };
}

/** Gives no hints. */
export const silentRinger: Ringer = { ring() {} };

/** Writes to the peer's file, and makes it where it is missing. Throws where that cannot be done. */
export function touchBell(folder: string, peer: number): void {
  const path = join(folder, String(peer));
  const file = openBell(path, folder);
  try {
    writeSync(file, "!", 0);
  } finally {
    closeSync(file);
  }
}

function openBell(path: string, folder: string): number {
  makeBells(folder);
  try {
    return openSync(path, "r+");
  } catch {
    const file = openSync(path, "a", 0o600);
    // Whatever the umask took away.
    fchmodSync(file, 0o600);
    return file;
  }
}

/** Beside the database, whose folder is there. Throws where others could put a link into it: a bell is written to. */
function makeBells(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) {
    mkdirSync(folder, { mode: 0o700 });
    chmodSync(folder, 0o700);
  } else if (!found.isDirectory() || strangers(found, process.getuid?.())) throw new Error("not ours alone");
}
