import type { Forgotten } from "../../domain/store.ts";
import { OPEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { idList } from "./rows.ts";

/** Whoever writes first after a question's time closes it; there is no janitor. */
export function expire(db: Database, now: number): void {
  db.run(`UPDATE questions SET state = 'expired', closed_at = :now WHERE ${OPEN} AND expires_at <= :now`, {
    now,
  });
}

const FORGOTTEN_AT_ONCE = 500;

/** Forgets finished questions that are older than the limit, a few at a time so that no session waits for it. */
export function forget(db: Database, before: number): number {
  return db.write(() => {
    const old = db.all(
      "SELECT id FROM questions WHERE closed_at <= :before ORDER BY closed_at LIMIT :limit",
      {
        before,
        limit: FORGOTTEN_AT_ONCE,
      },
    );
    if (old.length === 0) return 0;
    const ids = idList(old.map((row) => Number(row["id"])));
    return db.run("DELETE FROM questions WHERE id IN (SELECT value FROM json_each(:ids))", { ids });
  });
}

/** An address without any mail, last held before that time. */
const UNUSED = `host IS NULL AND last_seen_at <= :before AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id)
  AND NOT EXISTS (SELECT 1 FROM questions WHERE asker = peers.id OR recipient = peers.id)`;

/** The same for addresses. */
export function forgetPeers(db: Database, before: number): number {
  return db.write(() => db.run(`DELETE FROM peers WHERE ${UNUSED}`, { before }));
}

export function forgettable(db: Database, before: number): Forgotten {
  const row = db.get(
    `SELECT (SELECT count(*) FROM questions WHERE closed_at <= :before) AS questions,
       (SELECT count(*) FROM peers WHERE host IS NULL AND last_seen_at <= :before
         AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id)
         AND NOT EXISTS (SELECT 1 FROM questions WHERE (asker = peers.id OR recipient = peers.id)
           AND (closed_at IS NULL OR closed_at > :before))) AS peers`,
    { before },
  );
  return { questions: Number(row?.["questions"]), peers: Number(row?.["peers"]) };
}
