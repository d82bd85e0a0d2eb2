import type { Database } from "../../../src/store/sqlite/database.ts";

const DAY = 86_400_000;

/** Fills the file with questions that its peers asked each other within the last four weeks and that are done with. */
export function growHistory(db: Database, count: number): void {
  if (count === 0) return;
  const ids = db.all("SELECT id FROM peers ORDER BY id").map((row) => Number(row["id"]));
  const pairs = ids.flatMap((asker) =>
    ids.filter((id) => id !== asker).map((recipient) => [asker, recipient]),
  );
  const start = Date.now() - 28 * DAY;
  // A driver binds numbers as floating point: places in a list and points in time are made whole numbers.
  db.run(
    `WITH RECURSIVE old (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM old WHERE i + 1 < :count),
       timed AS (SELECT i, CAST(:start + i * :step AS INTEGER) AS at FROM old),
       pairs AS MATERIALIZED (SELECT key, value ->> 0 AS asker, value ->> 1 AS recipient FROM json_each(:pairs))
     INSERT INTO questions (asker, recipient, body, state, depth, asked_at, expires_at, shown_at, answer, closed_at,
       reply_shown_at)
     SELECT asker, recipient, 'Which port do you listen on, and is it the same in the tests? ' || i,
       CASE i % 20 WHEN 0 THEN 'expired' WHEN 1 THEN 'declined' ELSE 'answered' END, 1, at, at + 86400000, at + 1000,
       CASE i % 20 WHEN 0 THEN NULL ELSE 'It is 8080, and 8081 in the tests.' END, at + 60000, at + 61000
     FROM timed JOIN pairs ON key = CAST(i % :pairCount AS INTEGER)`,
    { count, pairs: JSON.stringify(pairs), pairCount: pairs.length, start, step: (27 * DAY) / count },
  );
  db.all("PRAGMA wal_checkpoint(TRUNCATE)");
}
