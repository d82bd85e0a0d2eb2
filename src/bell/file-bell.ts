import {
  chmodSync,
  closeSync,
  type FSWatcher,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  watch,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Bell } from "../domain/bell.ts";
import { strangers } from "../domain/private.ts";

/** Milliseconds between looks while hints come, and where they cannot. */
const POLL_WITH_HINTS = 750;
const POLL_WITHOUT = 250;

interface Watched {
  readonly listeners: Set<() => void>;
  watcher: FSWatcher | undefined;
}

/**
 * One small file for each peer: who rings writes a byte to it, who listens watches it. A file of its own, so that a
 * change for one peer wakes no other process; the database and its WAL change for all.
 */
export function makeFileBell(folder: string): Bell {
  const watched = new Map<number, Watched>();
  let deaf = false;

  const watchFile = (peer: number, entry: Watched) => {
    entry.watcher?.close();
    entry.watcher = undefined;
    try {
      touchBell(folder, peer);
      const watcher = watch(join(folder, String(peer)), { persistent: false }, (event) => {
        // The file was moved or deleted: the watcher holds on to what is no longer there.
        if (event === "rename") watchFile(peer, entry);
        for (const listener of [...entry.listeners]) listener();
      });
      watcher.on("error", () => {
        deaf = true;
        watcher.close();
      });
      entry.watcher = watcher;
    } catch {
      deaf = true;
    }
  };

  return {
    ring(peer) {
      try {
        touchBell(folder, peer);
      } catch {
        // A hint that cannot be given is a hint lost: the poll finds the same.
      }
    },
    listen(peer, onRing) {
      let entry = watched.get(peer);
      if (entry === undefined) {
        entry = { listeners: new Set(), watcher: undefined };
        watched.set(peer, entry);
        watchFile(peer, entry);
      }
      const { listeners } = entry;
      listeners.add(onRing);
      return () => void listeners.delete(onRing);
    },
    get pollEvery() {
      return deaf ? POLL_WITHOUT : POLL_WITH_HINTS;
    },
    close() {
      for (const { watcher } of watched.values()) watcher?.close();
      watched.clear();
    },
  };
}

function touchBell(folder: string, peer: number): void {
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

/** No hints at all: what the mesh is without them. */
export const silentBell: Bell = {
  ring() {},
  listen: () => () => {},
  pollEvery: POLL_WITH_HINTS,
  close() {},
};
