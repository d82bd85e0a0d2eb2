import type { PeerView, ProcessKey } from "../../domain/peer.ts";
import type { KnownProcess } from "../../domain/presence.ts";
import type { PeerPage, Touch } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";
import { free, peerOf, waitersFor } from "./peers.ts";
import { PEER_COLUMNS, toPeer } from "./rows.ts";

export function touch(db: Database, request: Touch): boolean {
  const { peer, activity, turn, permissionMode, title, folder, server, now } = request;
  const touched = db.run(
    `UPDATE peers SET last_seen_at = :now,
       active_at = CASE WHEN :activity IS NULL THEN active_at ELSE :now END,
       activity_at = CASE WHEN :activity IS NULL OR :activity = activity THEN activity_at ELSE :now END,
       activity = coalesce(:activity, activity), turn = coalesce(:turn, turn),
       permission_mode = coalesce(:mode, permission_mode), title = coalesce(:title, title),
       folder = coalesce(:folder, folder), server = coalesce(:server, server),
       told_unserved = CASE WHEN :server IS NULL THEN told_unserved ELSE 0 END
     WHERE id = :peer AND host = coalesce(:host, host)`,
    {
      peer,
      host: request.host ?? null,
      activity: activity ?? null,
      turn: turn ?? null,
      mode: permissionMode ?? null,
      title: title ?? null,
      folder: folder ?? null,
      server: server ?? null,
      now,
    },
  );
  return touched > 0;
}

const VIEW = `SELECT ${PEER_COLUMNS},
    EXISTS (SELECT 1 FROM waits WHERE waiter = peers.id AND NOT ended AND NOT subagent) AS asking,
    (SELECT count(*) FROM ${OPEN_QUESTIONS} WHERE recipient = peers.id AND ${OPEN} AND expires_at > :now) AS open
  FROM peers`;

function toView(row: Row): PeerView {
  return { ...toPeer(row), asking: row["asking"] === 1, openQuestions: Number(row["open"]) };
}

export function peers(db: Database, now: number): PeerView[] {
  return db.all(`${VIEW} ORDER BY host IS NULL, name, last_seen_at DESC`, { now }).map(toView);
}

export function tellUnserved(db: Database, peer: number): boolean {
  return db.run("UPDATE peers SET told_unserved = 1 WHERE id = :peer AND NOT told_unserved", { peer }) > 0;
}

/** So many peers without a session are named in a page: those with open questions, and those that were here last. */
const ABSENT_SHOWN = { asked: 10, last: 5 } as const;
/** As the index has it: no session, and no terminal's address. */
const ABSENT = "host IS NULL AND substr(project_path, 1, 9) <> 'terminal:'";

export function peerPage(db: Database, now: number): PeerPage {
  const live = db.all(`${VIEW} WHERE host IS NOT NULL ORDER BY name`, { now });
  const asked = db.all(
    `${VIEW} WHERE host IS NULL AND id IN (SELECT recipient FROM ${OPEN_QUESTIONS} WHERE ${OPEN} AND expires_at > :now)
     ORDER BY last_seen_at DESC LIMIT :limit`,
    { now, limit: ABSENT_SHOWN.asked },
  );
  const last = db.all(
    `${VIEW} INDEXED BY absent_peers WHERE ${ABSENT} ORDER BY last_seen_at DESC LIMIT :limit`,
    { now, limit: ABSENT_SHOWN.last },
  );
  const named = new Set(asked.map((row) => row["id"]));
  const absent = [...asked, ...last.filter((row) => !named.has(row["id"] ?? null))].map(toView);
  const all = Number(
    db.get(`SELECT count(*) AS n FROM peers INDEXED BY absent_peers WHERE ${ABSENT}`)?.["n"],
  );
  absent.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { peers: [...live.map(toView), ...absent], more: Math.max(0, all - absent.length) };
}

export function processes(db: Database): KnownProcess[] {
  const rows = db.all(
    `SELECT process, last_seen_at, process IN suspended AS suspended FROM (
       SELECT host AS process, last_seen_at FROM peers WHERE host IS NOT NULL
       UNION SELECT server, last_seen_at FROM peers WHERE host IS NOT NULL AND server IS NOT NULL
       UNION SELECT process, last_seen_at FROM waits JOIN peers ON peers.id = waiter)`,
  );
  return rows.map((row) => ({
    process: String(row["process"]),
    lastSeenAt: Number(row["last_seen_at"]),
    suspended: row["suspended"] === 1,
  }));
}

export function noteSuspended(db: Database, suspended: readonly ProcessKey[]): void {
  db.write(() => {
    db.run("DELETE FROM suspended");
    db.run("INSERT INTO suspended SELECT DISTINCT value FROM json_each(:list)", {
      list: JSON.stringify(suspended),
    });
  });
}

export function bury(db: Database, gone: readonly ProcessKey[], now: number): number[] {
  return db.write(() => {
    const waiting = new Set<number>();
    for (const process of gone) {
      db.run("DELETE FROM waits WHERE process = :process", { process });
      const served = db.all(
        "UPDATE peers SET server = NULL, server_due_at = :now WHERE host IS NOT NULL AND server = :process RETURNING id",
        { process, now },
      );
      for (const { id } of served) for (const waiter of waitersFor(db, Number(id))) waiting.add(waiter);
      const peer = peerOf(db, process);
      if (peer === undefined) continue;
      for (const waiter of free(db, peer.id, now)) waiting.add(waiter);
    }
    return [...waiting];
  });
}
