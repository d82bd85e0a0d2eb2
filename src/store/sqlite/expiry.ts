import type { Forgettable, Forgotten } from "../../domain/store.ts";
import { NOT_READ, OPEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { idList } from "./rows.ts";

/** Whoever writes first after a question's time closes it; there is no janitor. */
export function expire(db: Database, now: number): void {
  db.run(
    `UPDATE questions SET state = 'expired', closed_at = expires_at WHERE ${OPEN} AND expires_at <= :now`,
    {
      now,
    },
  );
}

/** Few enough that nobody waits for it, however long they are. */
const FORGOTTEN_AT_ONCE = 100;

/** Finished questions, but for answers that nobody read, which were promised to their askers' next turns. */
const READ_AND_OLD = `closed_at <= :before AND NOT ${NOT_READ}`;

/** Forgets finished questions that are older than the limit, a few at a time. Without any, it takes no lock. */
export function forget(db: Database, before: number, which: Forgettable): number {
  const old = db.all(
    `SELECT id FROM questions WHERE ${which === "read" ? READ_AND_OLD : "closed_at <= :before"}
     ORDER BY closed_at LIMIT :limit`,
    { before, limit: FORGOTTEN_AT_ONCE },
  );
  if (old.length === 0) return 0;
  const ids = idList(old.map((row) => Number(row["id"])));
  return db.run("DELETE FROM questions WHERE id IN (SELECT value FROM json_each(:ids))", { ids });
}

/** An address without any mail, last held before that time. */
const UNUSED = `host IS NULL AND last_seen_at <= :before AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id)
  AND NOT EXISTS (SELECT 1 FROM questions WHERE asker = peers.id OR recipient = peers.id)`;

/** The same for addresses, and for the names that sessions had. */
export function forgetPeers(db: Database, before: number): number {
  if (!db.get(`SELECT 1 AS found FROM peers WHERE ${UNUSED} LIMIT 1`, { before })) return 0;
  return db.write(() => {
    db.run(
      "DELETE FROM sessions WHERE seen_at <= :before AND host NOT IN (SELECT host FROM peers WHERE host IS NOT NULL)",
      { before },
    );
    const peers = db.run(`DELETE FROM peers WHERE ${UNUSED}`, { before });
    // A project is remembered, with the name that is its own, as long as any of its peers is.
    db.run(
      "DELETE FROM projects WHERE seen_at <= :before AND NOT EXISTS (SELECT 1 FROM peers WHERE project_path IN (path, 'terminal:' || path))",
      { before },
    );
    db.run("DELETE FROM former_names WHERE seen_at <= :before", { before });
    return peers;
  });
}

export function forgettable(db: Database, before: number): Forgotten {
  const row = db.get(
    `SELECT (SELECT count(*) FROM questions WHERE ${READ_AND_OLD}) AS questions,
       (SELECT count(*) FROM peers WHERE host IS NULL AND last_seen_at <= :before
         AND NOT EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id)
         AND NOT EXISTS (SELECT 1 FROM questions WHERE (asker = peers.id OR recipient = peers.id)
           AND (closed_at IS NULL OR NOT (${READ_AND_OLD})))) AS peers`,
    { before },
  );
  return { questions: Number(row?.["questions"]), peers: Number(row?.["peers"]) };
}
