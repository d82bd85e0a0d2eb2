import type { Database } from "./database.ts";

/**
 * Makes all that was asked by or of one address belong to another, and removes the first. What they asked each other
 * lapses.
 */
export function merge(db: Database, from: number, to: number, now: number): void {
  // Nobody may wait for the new recipient who was only checked against the old one; the waits look again.
  db.run("DELETE FROM waits WHERE question IN (SELECT id FROM questions WHERE recipient = :from)", { from });
  db.run("UPDATE questions SET asker = :to WHERE asker = :from", { from, to });
  db.run("UPDATE questions SET recipient = :to WHERE recipient = :from", { from, to });
  db.run(
    `UPDATE questions SET state = 'expired', closed_at = :now
     WHERE asker = :to AND recipient = :to AND state IN ('pending', 'shown')`,
    { to, now },
  );
  db.run("DELETE FROM waits WHERE waiter = :from", { from });
  db.run("DELETE FROM peers WHERE id = :from", { from });
}
