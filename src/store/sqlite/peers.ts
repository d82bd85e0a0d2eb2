import { MeshError } from "../../domain/errors.ts";
import { chooseName, type Peer, type ProcessKey } from "../../domain/peer.ts";
import type { JoinRequest } from "../../domain/store.ts";
import type { Database } from "./database.ts";
import { exchange, merge } from "./merge.ts";
import { PEER_COLUMNS, toPeer } from "./rows.ts";
import { formerName, noteSession } from "./sessions.ts";

export function peerOf(db: Database, host: ProcessKey): Peer | undefined {
  const row = db.get(`SELECT ${PEER_COLUMNS} FROM peers WHERE host = :host`, { host });
  return row && toPeer(row);
}

export function peerById(db: Database, id: number): Peer {
  const row = db.get(`SELECT ${PEER_COLUMNS} FROM peers WHERE id = :id`, { id });
  if (row === undefined) throw new Error(`no peer ${id}`);
  return toPeer(row);
}

export function livePeers(db: Database): Peer[] {
  return db.all(`SELECT ${PEER_COLUMNS} FROM peers WHERE host IS NOT NULL ORDER BY name`).map(toPeer);
}

/** The live peer of a name, else the one seen last that bore it. */
export function peerByName(db: Database, name: string): Peer | undefined {
  const row = db.get(
    `SELECT ${PEER_COLUMNS} FROM peers WHERE name = :name ORDER BY host IS NULL, last_seen_at DESC LIMIT 1`,
    { name },
  );
  return row && toPeer(row);
}

export function join(db: Database, request: JoinRequest): Peer {
  return db.write(() => {
    const bound = peerOf(db, request.host) ?? bind(db, request);
    const { rename: wanted } = request;
    const former = request.resumed ? formerName(db, request) : undefined;
    if (wanted !== undefined && wanted !== bound.name) rename(db, bound, wanted, request.now);
    else if (former !== undefined) comeBack(db, bound, former, request);
    db.run(
      `UPDATE peers SET session_id = CASE :current WHEN 1 THEN :session ELSE coalesce(session_id, :session) END,
         summary = coalesce(:summary, summary, :default), accept = :accept, last_seen_at = :now WHERE id = :id`,
      {
        id: bound.id,
        session: request.sessionId ?? null,
        current: request.sessionIsCurrent ? 1 : 0,
        summary: request.summary ?? null,
        default: request.defaultSummary ?? null,
        accept: request.accept === undefined ? null : JSON.stringify(request.accept),
        now: request.now,
      },
    );
    noteSession(db, bound, request);
    return peerById(db, bound.id);
  });
}

/** Gives a host its address: the one its session or its project had before if that is free, else a new one. */
function bind(db: Database, request: JoinRequest): Peer {
  const { projectPath, baseName, now } = request;
  const own = sleeping(db, projectPath);
  const isFree = (name: string) => liveHolder(db, name) === undefined;
  const formerNames = own.map((peer) => peer.name);
  const former = formerName(db, request);
  const name = former !== undefined && isFree(former) ? former : chooseName(baseName, formerNames, isFree);
  const peer = own.find((former) => former.name === name) ?? insert(db, request, name);
  db.run(
    `UPDATE peers SET host = :host, session_id = NULL, activity = 'idle', activity_at = :now, active_at = :now,
       summary = CASE WHEN session_id = :session THEN summary END,
       permission_mode = NULL, title = NULL, wake = NULL, waking = NULL, waking_at = NULL, waking_again = 0,
       waker = NULL WHERE id = :id`,
    { id: peer.id, host: request.host, session: request.sessionId ?? null, now },
  );
  // The mail of an address whose name another session now holds would never be shown: it follows its project.
  for (const lost of own) {
    if (lost.id !== peer.id && !isFree(lost.name)) merge(db, lost.id, peer.id, now);
  }
  sendHome(db, name, now);
  return peerById(db, peer.id);
}

/** A name has a new holder: what waits for it in other projects goes to their live sessions, where they have one. */
function sendHome(db: Database, name: string, now: number): void {
  const lost = db.all(
    `SELECT id, (SELECT id FROM peers AS live WHERE live.project_path = peers.project_path AND live.host IS NOT NULL
       ORDER BY length(live.name), live.name LIMIT 1) AS heir
     FROM peers WHERE name = :name AND host IS NULL`,
    { name },
  );
  for (const { id, heir } of lost) if (heir != null) merge(db, Number(id), Number(heir), now);
}

function insert(db: Database, request: JoinRequest, name: string): Peer {
  const row = db.get(
    `INSERT INTO peers (name, project_path, activity_at, active_at, last_seen_at) VALUES (:name, :project, :now, :now, :now)
     RETURNING ${PEER_COLUMNS}`,
    { name, project: request.projectPath, now: request.now },
  );
  if (row === undefined) throw new Error("the peer was not written");
  return toPeer(row);
}

/** The addresses of a project that no session holds. */
function sleeping(db: Database, projectPath: string): Peer[] {
  return db
    .all(`SELECT ${PEER_COLUMNS} FROM peers WHERE project_path = :projectPath AND host IS NULL`, {
      projectPath,
    })
    .map(toPeer);
}

function liveHolder(db: Database, name: string): Peer | undefined {
  const row = db.get(`SELECT ${PEER_COLUMNS} FROM peers WHERE name = :name AND host IS NOT NULL`, { name });
  return row && toPeer(row);
}

function rename(db: Database, peer: Peer, name: string, now: number): void {
  const holder = liveHolder(db, name);
  if (holder !== undefined) {
    throw new MeshError({ kind: "name_taken", name, projectPath: holder.projectPath });
  }
  const before = sleeping(db, peer.projectPath).find((sleeper) => sleeper.name === name);
  if (before !== undefined) merge(db, before.id, peer.id, now);
  db.run("UPDATE peers SET name = :name WHERE id = :id", { id: peer.id, name });
  sendHome(db, name, now);
}

/**
 * Gives a resumed session the name it had. Its server may have joined before it, under an address that was another
 * session's: that one's mail stays behind with its name.
 */
function comeBack(db: Database, bound: Peer, name: string, request: JoinRequest): void {
  const sleeper = sleeping(db, bound.projectPath).find((peer) => peer.name === name);
  exchange(db, bound, sleeper ?? insert(db, request, name));
  sendHome(db, name, request.now);
}

export function leave(db: Database, host: ProcessKey, sessionId: string | undefined, now: number): number[] {
  return db.write(() => {
    const peer = peerOf(db, host);
    const owned = sessionId === undefined || peer?.sessionId === null || peer?.sessionId === sessionId;
    return peer === undefined || !owned ? [] : free(db, peer.id, now);
  });
}

/**
 * Frees an address. Its questions and what it asked stay for the next session that holds it. Returns the peers that
 * wait for it.
 */
export function free(db: Database, id: number, now: number): number[] {
  db.run("UPDATE peers SET host = NULL, activity = 'idle', activity_at = :now WHERE id = :id", { id, now });
  db.run("DELETE FROM waits WHERE waiter = :id", { id });
  return db
    .all(
      "SELECT DISTINCT waiter FROM waits JOIN questions ON questions.id = question WHERE +recipient = :id AND NOT ended",
      { id },
    )
    .map((row) => Number(row["waiter"]));
}
