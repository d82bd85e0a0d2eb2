import type { HistoryEntry } from "../../domain/question.ts";
import type { HistoryRequest } from "../../domain/store.ts";
import { OPEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { state, text, time } from "./rows.ts";

/** Each question was asked once and closed at most once, so the two ends are all that `since` needs to look at. */
export function history(db: Database, { peer, since, limit, now }: HistoryRequest): HistoryEntry[] {
  const ofPeer = `SELECT questions.id FROM questions JOIN peers ON peers.id = asker WHERE name = :peer
    UNION SELECT questions.id FROM questions JOIN peers ON peers.id = recipient WHERE name = :peer`;
  const rows = db.all(
    `SELECT questions.id, sender.name AS sender, receiver.name AS receiver, body, answer, asked_at, shown_at, closed_at,
       reply_shown_at, CASE WHEN ${OPEN} AND expires_at <= :now THEN 'expired' ELSE state END AS state
     FROM questions JOIN peers AS sender ON sender.id = asker JOIN peers AS receiver ON receiver.id = recipient
     WHERE (:since IS NULL OR asked_at >= :since OR closed_at >= :since)
       ${peer === undefined ? "" : `AND questions.id IN (${ofPeer})`}
     ORDER BY questions.id DESC LIMIT :limit`,
    { since: since ?? null, limit, now, ...(peer === undefined ? {} : { peer }) },
  );
  return rows.map((row) => ({
    id: Number(row["id"]),
    from: String(row["sender"]),
    to: String(row["receiver"]),
    state: state(row["state"]),
    body: String(row["body"]),
    answer: text(row["answer"]),
    askedAt: Number(row["asked_at"]),
    shownAt: time(row["shown_at"]),
    closedAt: time(row["closed_at"]),
    answerShownAt: time(row["reply_shown_at"]),
  }));
}
