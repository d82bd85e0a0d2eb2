import { loadBetterSqlite3 } from "./better-sqlite3.ts";
import type { OpenDriver } from "./driver.ts";
import { loadNodeSqlite } from "./node-sqlite.ts";

export type DriverChoice = "auto" | "better-sqlite3" | "node:sqlite";

export interface Chosen {
  readonly open: OpenDriver;
  /** Why the first choice was passed over, in one line. */
  readonly passedOver?: string;
}

/** better-sqlite3 where it loads, else the built-in driver. Throws where there is neither. */
export function chooseDriver(choice: DriverChoice): Chosen {
  if (choice === "node:sqlite") return { open: loadNodeSqlite() };
  if (choice === "better-sqlite3") return { open: loadBetterSqlite3() };
  try {
    return { open: loadBetterSqlite3() };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { open: loadNodeSqlite(), passedOver: `better-sqlite3 did not load: ${reason}` };
  }
}
