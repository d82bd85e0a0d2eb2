import { statSync } from "node:fs";
import type { Database } from "./database.ts";
import { faulty } from "./faults.ts";

/**
 * Refuses a file that lost the end of its last page: SQLite sees a missing page at once, but of a part of one it hears only
 * when it comes by, and writes to the file before.
 */
export function assertWhole(db: Database, path: string): void {
  const row = db.get("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size");
  // Pages in the log may lie beyond the file's end. Looked at second: a log that is gone by now is in the file.
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  if (Number(row?.["bytes"]) > statSync(path).size) throw faulty(path, "damaged", "it is cut off");
}
