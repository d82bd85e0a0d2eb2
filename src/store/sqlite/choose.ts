import { loadBetterSqlite3 } from "./better-sqlite3.ts";
import { DriverError, type OpenDriver } from "./driver.ts";
import { loadNodeSqlite } from "./node-sqlite.ts";

export type DriverChoice = "auto" | "better-sqlite3" | "node:sqlite";

export interface Chosen {
  readonly open: OpenDriver;
  /** Why the first choice was passed over. */
  readonly passedOver?: PassedOver;
}

export interface PassedOver {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * better-sqlite3 where it opens a database, else the built-in driver. Throws where there is neither.
 * @param brief the process lasts a moment, so what loads faster is better: the built-in driver, where it is sound
 */
export function chooseDriver(choice: DriverChoice, brief = false): Chosen {
  if (choice === "node:sqlite" || (choice === "auto" && brief && isSound(process.versions["sqlite"])))
    return { open: loadNodeSqlite() };
  if (choice === "better-sqlite3") return { open: loadBetterSqlite3() };
  try {
    return { open: loadBetterSqlite3() };
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    return { open: loadNodeSqlite(), passedOver: { problem: error.message, remedy: error.remedy } };
  }
}

/** The first SQLite without the race of two checkpoints that can lose a commit (sqlite.org/wal.html#walresetbug). */
const SOUND = [3, 51, 3];

/** Whether a Node's own SQLite, by its version, may be preferred to better-sqlite3's. */
export function isSound(version: string | undefined): boolean {
  const parts = (version ?? "0").split(".").map(Number);
  const apart = SOUND.findIndex((part, index) => part !== parts[index]);
  return apart < 0 || (parts[apart] ?? 0) > (SOUND[apart] ?? 0);
}
