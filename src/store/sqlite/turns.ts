import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";

/** What a receipt's `tentative` is in the columns of that name, where 0 is none. */
export const TENTATIVE = { start: 1, end: 2 } as const;

/** Questions in a turn's hand, and answers that were shown to a turn, which was not seen to go on since. */
const QUESTIONS = "recipient = :peer AND tentative";
const REPLIES = "asker = :peer AND reply_tentative";

/** A look without the write lock comes first: hardly a turn has any. */
function hasTentative(db: Database, peer: number): boolean {
  const row = db.get(
    `SELECT EXISTS (SELECT 1 FROM questions WHERE ${REPLIES})
       OR EXISTS (SELECT 1 FROM questions WHERE ${QUESTIONS}) AS found`,
    { peer },
  );
  return row?.["found"] === 1;
}

export function conversationBegins(db: Database, peer: number): void {
  turnBegins(db, peer);
  db.run(
    `UPDATE ${OPEN_QUESTIONS} SET again = 1, reminders = 0, announced = 0, unheard = 0
     WHERE recipient = :peer AND ${OPEN} AND state = 'shown' AND NOT again`,
    { peer },
  );
}

/** Takes back what an earlier turn was shown that never went on: it was taken out of the conversation, or may have been. */
export function turnBegins(db: Database, peer: number): void {
  if (hasTentative(db, peer)) db.write(() => dropTurn(db, peer));
}

export function turnEnded(db: Database, peer: number, since: number): void {
  if (hasTentative(db, peer)) db.write(() => takeBack(db, peer, since, TENTATIVE.end));
}

/** The same as part of a step that ends the peer, or gives its mail to another. */
export function dropTurn(db: Database, peer: number): void {
  takeBack(db, peer, Number.MAX_SAFE_INTEGER, TENTATIVE.start);
}

/** Takes back what was shown before `since`, in a handing that lapsed long ago: who shows it next says so. */
function takeBack(db: Database, peer: number, since: number, least: number): void {
  db.run(
    `UPDATE questions SET tentative = 0, handing = 'taken back', handed_at = 0
     WHERE ${QUESTIONS} AND tentative >= :least AND handed_at < :since`,
    { peer, since, least },
  );
  db.run(
    `UPDATE questions SET reply_tentative = 0, reply_shown_at = NULL, reply_handing = 'taken back', reply_handed_at = 0
     WHERE ${REPLIES} AND reply_tentative >= :least AND reply_shown_at < :since`,
    { peer, since, least },
  );
}

export function turnGoesOn(db: Database, peer: number): void {
  if (!hasTentative(db, peer)) return;
  db.write(() => {
    db.run(
      `UPDATE questions SET state = CASE state WHEN 'pending' THEN 'shown' ELSE state END,
         shown_at = CASE WHEN state = 'pending' OR again THEN handed_at ELSE shown_at END, again = 0, tentative = 0,
         handing = NULL
       WHERE ${QUESTIONS}`,
      { peer },
    );
    db.run(`UPDATE questions SET reply_tentative = 0 WHERE ${REPLIES}`, { peer });
  });
}
