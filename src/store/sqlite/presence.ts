import type { PeerView, ProcessKey } from "../../domain/peer.ts";
import type { Touch } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";
import { free, peerOf } from "./peers.ts";
import { PEER_COLUMNS, toPeer } from "./rows.ts";

export function touch(db: Database, { peer, activity, permissionMode, title, now }: Touch): void {
  // A turn begins: what the client kept for it is heard in it.
  if (activity === "busy") {
    db.run(
      `UPDATE ${OPEN_QUESTIONS} SET unheard = 0 WHERE recipient = :peer AND ${OPEN} AND unheard
         AND (SELECT activity FROM peers WHERE id = :peer) = 'idle'`,
      { peer },
    );
  }
  db.run(
    `UPDATE peers SET last_seen_at = :now,
       active_at = CASE WHEN :activity IS NULL THEN active_at ELSE :now END,
       activity_at = CASE WHEN :activity IS NULL OR :activity = activity THEN activity_at ELSE :now END,
       activity = coalesce(:activity, activity),
       permission_mode = coalesce(:mode, permission_mode), title = coalesce(:title, title)
     WHERE id = :peer AND host IS NOT NULL`,
    { peer, activity: activity ?? null, mode: permissionMode ?? null, title: title ?? null, now },
  );
}

export function peers(db: Database, now: number): PeerView[] {
  const rows = db.all(
    `SELECT ${PEER_COLUMNS},
       EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id AND NOT ended) AS asking,
       (SELECT count(*) FROM ${OPEN_QUESTIONS} WHERE recipient = peers.id AND ${OPEN} AND expires_at > :now) AS open
     FROM peers ORDER BY host IS NULL, name, last_seen_at DESC`,
    { now },
  );
  return rows.map((row) => ({
    ...toPeer(row),
    asking: row["asking"] === 1,
    openQuestions: Number(row["open"]),
  }));
}

export function processes(db: Database): { process: ProcessKey; lastSeenAt: number }[] {
  const rows = db.all(
    `SELECT host AS process, last_seen_at FROM peers WHERE host IS NOT NULL
     UNION SELECT process, last_seen_at FROM waits JOIN peers ON peers.id = waiter`,
  );
  return rows.map((row) => ({ process: String(row["process"]), lastSeenAt: Number(row["last_seen_at"]) }));
}

export function bury(db: Database, gone: readonly ProcessKey[], now: number): number[] {
  return db.write(() => {
    const waiting = new Set<number>();
    for (const process of gone) {
      db.run("DELETE FROM waits WHERE process = :process", { process });
      const peer = peerOf(db, process);
      if (peer === undefined) continue;
      for (const waiter of free(db, peer.id, now)) waiting.add(waiter);
    }
    return [...waiting];
  });
}
