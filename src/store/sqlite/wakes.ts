import { countWake, hasAttention } from "../../domain/attention.ts";
import type { ProcessKey, WakeRung } from "../../domain/peer.ts";
import { HANDING_LEASE } from "../../domain/question.ts";
import type { WakeClaim } from "../../domain/store.ts";
import { mayWake, WAKE_LEASE } from "../../domain/waking.ts";
import { burdenOf } from "./attention.ts";
import {
  CALLS,
  OPEN,
  OPEN_QUESTIONS,
  REPLY_CALLS,
  REPLY_UNTAKEN,
  UNSEEN,
  UNSEEN_REPLIES,
  UNSEEN_REPLY,
  UNTAKEN,
} from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";
import { time } from "./rows.ts";
import { codesOf } from "./turns.ts";

/**
 * The questions that a peer was not shown, and that nobody is about to show it. A call that waits, or has
 * yet to notice that its wait was ended, takes every question; a subagent's takes none.
 */
const NEW_QUESTIONS = `
  SELECT asked_at, length(body) AS length FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND ${UNSEEN} AND ${UNTAKEN}
    AND ${CALLS} AND expires_at > :now AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = :peer AND NOT subagent)`;
/** A turn has something in hand that an idle client would tell of. */
const DOUBTFUL = `
  (EXISTS (SELECT 1 FROM questions WHERE recipient = :peer AND tentative AND tentative IN ${codesOf("idle")})
    OR EXISTS (SELECT 1 FROM questions WHERE asker = :peer AND reply_tentative AND reply_agent = '' AND reply_tentative IN ${codesOf("idle")}))`;
/** When the newest answer came that is like that; a call takes those that it waits for. */
const NEWEST_REPLY = `
  SELECT max(closed_at) AS newest, ${DOUBTFUL} AS doubtful FROM ${UNSEEN_REPLIES} WHERE asker = :peer AND ${UNSEEN_REPLY}
    AND ${REPLY_UNTAKEN} AND ${REPLY_CALLS} AND NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id)`;

/** What is known of a peer's wakes; no row where there is no session to wake. */
const SESSION = `
  SELECT waking, waking_at, waking_again, wakes_since, wakes_count FROM peers WHERE id = :peer AND host IS NOT NULL`;

interface Look {
  /** When the newest came that waits. */
  readonly newest: number | null;
  /** Whether a turn has something in hand: it may be over. */
  readonly doubtful: boolean;
}

function lookAtMail(db: Database, peer: number, now: number): Look {
  const lapsed = now - HANDING_LEASE;
  const questions = db.all(NEW_QUESTIONS, { peer, now, lapsed });
  const row = db.get(NEWEST_REPLY, { peer, lapsed });
  const reply = time(row?.["newest"]);
  const doubtful = row?.["doubtful"] === 1;
  if (questions.length === 0) return { newest: reply, doubtful };
  const burden = burdenOf(db, peer, now);
  const heard = questions.filter((one) => hasAttention(burden, Number(one["length"])));
  const times = [...heard.map((one) => Number(one["asked_at"])), ...(reply === null ? [] : [reply])];
  return { newest: times.length === 0 ? null : Math.max(...times), doubtful };
}

export function wakeDue(db: Database, peer: number, now: number): boolean {
  const { newest, doubtful } = lookAtMail(db, peer, now);
  if (doubtful) return true;
  if (newest === null) return false;
  const row = db.get(SESSION, { peer });
  return row !== undefined && nextWake(row, now) !== undefined;
}

/** The count of a session's wakes with one more; undefined where there were too many. */
function nextWake(row: Row, now: number) {
  return countWake({ since: Number(row["wakes_since"]), count: Number(row["wakes_count"]) }, now);
}

export function claimWake(db: Database, { peer, rung, now }: WakeClaim): boolean {
  return db.write(() => {
    const row = db.get(SESSION, { peer });
    const { newest } = lookAtMail(db, peer, now);
    if (row === undefined || newest === null) return false;
    const wakes = nextWake(row, now);
    if (wakes === undefined) return false;
    const since = time(row["waking_at"]);
    const last =
      since === null ? undefined : { rung: String(row["waking"]), since, again: row["waking_again"] === 1 };
    if (!mayWake(last, rung, newest, now)) return false;
    const again = last?.rung === rung && newest <= last.since ? 1 : 0;
    // What failed once is not to be trusted in: until something works, the peer is reached at its next prompt.
    db.run(
      `UPDATE peers SET waking = :rung, waking_at = :now, waking_again = :again, wakes_since = :since, wakes_count = :count,
         wake = CASE WHEN :failed THEN 'prompt' ELSE wake END WHERE id = :peer`,
      { peer, rung, now, again, ...wakes, failed: last === undefined ? 0 : 1 },
    );
    return true;
  });
}

/** Something was shown to the peer: the wake under way, if there is one, worked; one that had failed did not. */
export function settleWake(db: Database, peer: number, now: number): void {
  db.run(
    `UPDATE peers SET wake = CASE WHEN waking_at > :lapsed THEN waking ELSE 'prompt' END, waking = NULL, waking_at = NULL, waking_again = 0
     WHERE id = :peer AND waking IS NOT NULL`,
    { peer, lapsed: now - WAKE_LEASE },
  );
}

export function noteWake(db: Database, peer: number, rung: WakeRung): void {
  db.run("UPDATE peers SET wake = :rung WHERE id = :peer", { peer, rung });
}

export function setWaker(db: Database, peer: number, process: ProcessKey): void {
  db.run("UPDATE peers SET waker = :process WHERE id = :peer AND host IS NOT NULL", { peer, process });
}
