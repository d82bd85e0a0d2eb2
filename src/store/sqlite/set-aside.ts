import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { chooseDriver, type DriverChoice } from "./choose.ts";
import type { Database } from "./database.ts";
import { openDatabase } from "./open.ts";
import { BARRIER } from "./recognise.ts";
import { type Rescued, rescue } from "./rescue.ts";

export interface SetAside {
  /** Where the damaged file lies now, its log and the log's index beside it. */
  readonly to: string;
  /** Undefined where nothing could be read. */
  readonly rescued: Rescued | undefined;
}

/**
 * Puts a new database in the place of a damaged one, with what could be read of it; the damaged one goes to a dated name.
 * Processes that hold it open go on with it until they notice. One at a time.
 */
export function setAside(path: string, driver: DriverChoice, now: number): SetAside {
  const to = freeName(`${path}.damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(":", "-")}`);
  const fresh = `${path}.mended`;
  const barrier = `${path}.barrier`;
  const clear = () => {
    for (const end of ["", "-wal", "-shm"]) rmSync(fresh + end, { force: true });
    rmSync(barrier, { force: true });
  };
  // What a killed repair left.
  clear();
  try {
    const { db } = openDatabase({ path: fresh, driver, busyTimeout: 1_000 });
    const rescued = rescueCopy(path, driver, db, now);
    // The last to close takes the log over into the file and removes it.
    db.close();
    for (const end of ["", "-wal", "-shm"]) if (existsSync(path + end)) copyName(path + end, to + end);
    // Whoever opens the path from here on is refused, and makes neither a file nor a log there; an empty place would have them
    // made, and a log or its index of the old file beside a new one would be taken for the new one's.
    writeFileSync(barrier, BARRIER, { mode: 0o600 });
    renameSync(barrier, path);
    for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
    renameSync(fresh, path);
    return { to, rescued };
  } finally {
    clear();
  }
}

function rescueCopy(path: string, driver: DriverChoice, into: Database, now: number): Rescued | undefined {
  return withCopy(path, (copy) => {
    // SQLite takes a file of one byte at most for a new one; the log may hold all of its pages.
    if (statSync(copy).size <= 1) writeFileSync(copy, Buffer.alloc(4_096));
    return rescue(copy, chooseDriver(driver).open, into, now);
  });
}

/**
 * Has a copy of a database and its log looked at: whoever closes a database last takes its log into it, and of a file without
 * a head throws the log away.
 */
export function withCopy<T>(path: string, look: (copy: string) => T): T {
  const folder = mkdtempSync(`${path}.reading-`);
  try {
    const copy = join(folder, "mesh.db");
    for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    return look(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two repairs within a second must not share a name. */
function freeName(wanted: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!existsSync(name)) return name;
  }
}

/** A second name for the same file, so that what is still written to it is kept, too; a copy where there are no such names. */
function copyName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
