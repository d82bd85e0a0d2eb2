import { ATTENTION_WINDOW_MS, type Burden, type Pushed, pushedAt } from "../../domain/attention.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";

/** What a session has in hand, or was shown within the window and has not answered, and what was pushed at it in the current minute. */
export function burdenOf(db: Database, peer: number, now: number): Burden {
  const row = db.get(
    `SELECT count(questions.id) AS questions, coalesce(sum(length(body)), 0) AS characters,
       pushed_since, pushed_times, pushed_characters
     FROM peers LEFT JOIN ${OPEN_QUESTIONS} ON recipient = peers.id AND ${OPEN} AND (tentative OR state = 'shown' AND NOT again)
       AND CASE WHEN tentative THEN handed_at ELSE shown_at END BETWEEN :now - ${ATTENTION_WINDOW_MS} AND :now + ${ATTENTION_WINDOW_MS}
     WHERE peers.id = :peer`,
    { peer, now },
  );
  return {
    questions: Number(row?.["questions"]),
    characters: Number(row?.["characters"]),
    pushed: toPushed(row, now),
  };
}

/** Notes that questions of so many characters were pushed at a session together. */
export function notePush(db: Database, peer: number, characters: number, now: number): void {
  const row = db.get("SELECT pushed_since, pushed_times, pushed_characters FROM peers WHERE id = :peer", {
    peer,
  });
  const before = toPushed(row, now);
  db.run(
    "UPDATE peers SET pushed_since = :since, pushed_times = :times, pushed_characters = :characters WHERE id = :peer",
    { peer, since: before.since, times: before.times + 1, characters: before.characters + characters },
  );
}

function toPushed(row: Row | undefined, now: number): Pushed {
  const pushed = {
    since: Number(row?.["pushed_since"]),
    times: Number(row?.["pushed_times"]),
    characters: Number(row?.["pushed_characters"]),
  };
  return pushedAt(pushed, now);
}
