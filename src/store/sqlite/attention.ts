import { ATTENTION_WINDOW_MS, type Burden, readingAt } from "../../domain/attention.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";

/** What a session was shown within the window and has not answered. */
export function burdenOf(db: Database, peer: number, now: number): Burden {
  const row = db.get(
    `SELECT count(*) AS questions, coalesce(sum(length(body)), 0) AS characters,
       (SELECT reading_since FROM peers WHERE id = :peer) AS since,
       (SELECT reading_characters FROM peers WHERE id = :peer) AS reading FROM ${OPEN_QUESTIONS}
     WHERE recipient = :peer AND ${OPEN} AND state = 'shown' AND NOT again
       AND shown_at BETWEEN :now - ${ATTENTION_WINDOW_MS} AND :now + ${ATTENTION_WINDOW_MS}`,
    { peer, now },
  );
  return {
    questions: Number(row?.["questions"]),
    characters: Number(row?.["characters"]),
    reading: readingAt({ since: Number(row?.["since"]), characters: Number(row?.["reading"]) }, now),
  };
}

/** Notes that so many characters of questions were pushed at a session. */
export function noteReading(db: Database, peer: number, characters: number, now: number): void {
  const row = db.get("SELECT reading_since, reading_characters FROM peers WHERE id = :peer", { peer });
  const before = { since: Number(row?.["reading_since"]), characters: Number(row?.["reading_characters"]) };
  const reading = readingAt(before, now);
  db.run("UPDATE peers SET reading_since = :since, reading_characters = :characters WHERE id = :peer", {
    peer,
    since: reading.since,
    characters: reading.characters + characters,
  });
}
