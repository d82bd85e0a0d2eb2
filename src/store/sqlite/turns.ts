import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";

/**
 * Answers shown at the start of a turn are tentative until its model was seen to have spoken. A look without the write
 * lock comes first: hardly a turn has any.
 */
function tentative(db: Database, peer: number): boolean {
  const sql = "SELECT EXISTS (SELECT 1 FROM questions WHERE asker = :peer AND reply_tentative) AS found";
  return db.get(sql, { peer })?.["found"] === 1;
}

export function conversationBegins(db: Database, peer: number): void {
  db.run(
    `UPDATE ${OPEN_QUESTIONS} SET again = 1, reminders = 0, announced = 0, unheard = 0
     WHERE recipient = :peer AND ${OPEN} AND state = 'shown' AND NOT again`,
    { peer },
  );
}

/** Takes back what an earlier turn was shown that never went on: it was taken out of the conversation, or may have been. */
export function turnBegins(db: Database, peer: number): void {
  if (!tentative(db, peer)) return;
  // A handing that lapsed long ago: whoever shows it next says that it may have been shown before.
  db.run(
    `UPDATE questions SET reply_tentative = 0, reply_shown_at = NULL, reply_handing = 'taken back', reply_handed_at = 0
     WHERE asker = :peer AND reply_tentative`,
    { peer },
  );
}

export function turnGoesOn(db: Database, peer: number): void {
  if (!tentative(db, peer)) return;
  db.run("UPDATE questions SET reply_tentative = 0 WHERE asker = :peer AND reply_tentative", { peer });
}
