import type { ProcessKey, WakeRung } from "../../domain/peer.ts";
import { HANDING_LEASE } from "../../domain/question.ts";
import type { WakeClaim } from "../../domain/store.ts";
import { mayWake, WAKE_LEASE } from "../../domain/waking.ts";
import { OPEN, OPEN_QUESTIONS, REPLY_UNTAKEN, UNSEEN_REPLIES, UNSEEN_REPLY, UNTAKEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { time } from "./rows.ts";

/** When the newest thing came that waits for a peer, and that nobody is about to show it. */
const NEWEST_MAIL = `
  SELECT max(at) AS newest FROM (
    SELECT asked_at AS at FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND state = 'pending' AND ${UNTAKEN}
      AND expires_at > :now AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = :peer)
    UNION ALL
    SELECT closed_at AS at FROM ${UNSEEN_REPLIES} WHERE asker = :peer AND ${UNSEEN_REPLY} AND ${REPLY_UNTAKEN}
      AND NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id)
  )`;

function newestMail(db: Database, peer: number, now: number): number | null {
  // A call that waits, or has yet to notice that its wait was ended, takes every question, and the answers it waits for.
  return time(db.get(NEWEST_MAIL, { peer, now, lapsed: now - HANDING_LEASE })?.["newest"]);
}

export function wakeDue(db: Database, peer: number, now: number): boolean {
  return newestMail(db, peer, now) !== null;
}

export function claimWake(db: Database, { peer, rung, now }: WakeClaim): boolean {
  return db.write(() => {
    const row = db.get(
      "SELECT waking, waking_at, waking_again FROM peers WHERE id = :peer AND host IS NOT NULL",
      { peer },
    );
    const newest = newestMail(db, peer, now);
    if (row === undefined || newest === null) return false;
    const since = time(row["waking_at"]);
    const last =
      since === null ? undefined : { rung: String(row["waking"]), since, again: row["waking_again"] === 1 };
    if (!mayWake(last, rung, newest, now)) return false;
    const again = last?.rung === rung && newest <= last.since ? 1 : 0;
    // What failed once is not to be trusted in: until something works, the peer is reached at its next prompt.
    db.run(
      `UPDATE peers SET waking = :rung, waking_at = :now, waking_again = :again,
         wake = CASE WHEN :failed THEN 'prompt' ELSE wake END WHERE id = :peer`,
      { peer, rung, now, again, failed: last === undefined ? 0 : 1 },
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
