import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { Bell } from "../domain/bell.ts";
import { makeFileRinger, silentRinger, touchBell } from "./file-ringer.ts";

/** Milliseconds between looks while hints come, and where they cannot. */
export const POLL_WITH_HINTS = 750;
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
    ...makeFileRinger(folder),
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

/** No hints at all: what the mesh is without them. */
export const silentBell: Bell = {
  ...silentRinger,
  listen: () => () => {},
  pollEvery: POLL_WITH_HINTS,
  close() {},
};
