import type { HistoryEntry } from "../../domain/question.ts";
import type { HistoryRequest, Outstanding } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS, UNSEEN_REPLIES, UNSEEN_REPLY } from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";
import { idList, state, text, time } from "./rows.ts";

const entriesOf = (
  questions: string,
) => `SELECT questions.id, sender.name AS sender, receiver.name AS receiver, body, answer, asked_at, shown_at, closed_at,
    CASE WHEN NOT reply_tentative THEN reply_shown_at END AS reply_shown_at, CASE WHEN ${OPEN} AND expires_at <= :now THEN 'expired' ELSE state END AS state
  FROM ${questions} JOIN peers AS sender ON sender.id = asker JOIN peers AS receiver ON receiver.id = recipient`;

/** Each question was asked once and closed at most once, so the two ends are all that `since` needs to look at. */
const ASKED_OR_CLOSED_SINCE = "(asked_at >= :since OR closed_at >= :since)";
const OF_PEER = `questions.id IN (SELECT questions.id FROM questions JOIN peers ON peers.id = asker WHERE name = :peer
  UNION SELECT questions.id FROM questions JOIN peers ON peers.id = recipient WHERE name = :peer)`;

export function history(db: Database, request: HistoryRequest): HistoryEntry[] {
  const { peer, since, from, ids, open, limit, now } = request;
  const conditions: string[] = [];
  const values: Record<string, string | number> = { limit, now };
  const only = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values[name] = value;
  };
  only(ASKED_OR_CLOSED_SINCE, "since", since);
  only("questions.id >= :from", "from", from);
  only("questions.id IN (SELECT value FROM json_each(:ids))", "ids", ids && idList(ids));
  only(OF_PEER, "peer", peer);
  if (open) conditions.push(`${OPEN} AND expires_at > :now`);
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const rows = db.all(`${entriesOf("questions")} ${where} ORDER BY questions.id DESC LIMIT :limit`, values);
  return rows.map(toEntry);
}

/** To SQL, no limit. */
const ALL = -1;

/** A look at what waits for peers; nothing is handed out. */
export function outstanding(db: Database, peers: readonly number[], now: number, limit = ALL): Outstanding {
  const values = { ids: idList(peers), now, limit };
  const entries = (index: string, whose: string, waits: string) => {
    const where = `WHERE ${whose} IN (SELECT value FROM json_each(:ids)) AND ${waits}`;
    return db.all(`${entriesOf(index)} ${where} ORDER BY questions.id LIMIT :limit`, values).map(toEntry);
  };
  return {
    questions: entries(OPEN_QUESTIONS, "recipient", `${OPEN} AND expires_at > :now`),
    replies: entries(UNSEEN_REPLIES, "asker", UNSEEN_REPLY),
  };
}

function toEntry(row: Row): HistoryEntry {
  return {
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
  };
}
