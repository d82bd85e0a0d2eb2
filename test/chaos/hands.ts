import { openDatabase } from "../../src/store/sqlite/open.ts";

/** Who has a text in its hands: taken to be shown, and not confirmed. */
export interface Hands {
  holders(): Map<number, "hands">;
  close(): void;
}

/** Reads it from the file: a handing's token begins with the pid of the process that took the text. */
export function watchHands(path: string): Hands {
  const { db } = openDatabase({ path, driver: "auto", busyTimeout: 5_000 });
  return {
    holders() {
      const rows = db.all(
        `SELECT handing AS token FROM questions WHERE handing IS NOT NULL
         UNION SELECT reply_handing FROM questions WHERE reply_handing IS NOT NULL`,
      );
      return new Map(rows.map((row) => [Number.parseInt(String(row["token"]), 10), "hands"]));
    },
    close: () => db.close(),
  };
}
