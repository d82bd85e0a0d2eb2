import { MeshError } from "../../domain/errors.ts";
import { chooseName, guestPlace, type Peer, type ProcessKey, placeOf } from "../../domain/peer.ts";
import { SERVER_STARTS_WITHIN, sameProcess } from "../../domain/presence.ts";
import type { JoinRequest } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS, UNSEEN_REPLIES, UNSEEN_REPLY } from "./conditions.ts";
import type { Database } from "./database.ts";
import { noteFormerName } from "./former-names.ts";
import { exchange, merge } from "./merge.ts";
import { keepProject, moveProjects, noteFolder, noteProject, type OwnName, ownerOf } from "./projects.ts";
import { nameIn, PEER_COLUMNS, toPeer } from "./rows.ts";
import { formerName, noteSession } from "./sessions.ts";
import { dropTurn } from "./turns.ts";

/** The live peer of a host process, also where its start time could not be seen once. */
export function peerOf(db: Database, host: ProcessKey): Peer | undefined {
  const pid = host.slice(0, host.indexOf("@") + 1);
  const row = db
    .all(`SELECT ${PEER_COLUMNS} FROM peers WHERE host = :host OR (host >= :pid AND host < :end)`, {
      host,
      pid,
      // The character behind the "@".
      end: `${pid.slice(0, -1)}A`,
    })
    .find((one) => one["host"] === host || sameProcess(String(one["host"]), host));
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

/**
 * The peer that a name leads to: the live one, else the one seen last that bore it. A name that is a project's own leads to
 * that project and no other.
 */
export function peerByName(db: Database, name: string): Peer | undefined {
  const row = db.get(
    `SELECT ${PEER_COLUMNS} FROM peers
     WHERE name = :name AND project_path = coalesce((SELECT path FROM projects WHERE projects.own_name = :name), project_path)
     ORDER BY host IS NULL, last_seen_at DESC LIMIT 1`,
    { name },
  );
  return row && toPeer(row);
}

/**
 * The name by which to ask the project whose peer bore that name: that peer's if it lives, else that of a live session of
 * the project, else of its last one. A name that is a project's own is that project's, whoever else bore it. None where it
 * would lead to somebody else, who bears it now.
 */
export function nameNow(db: Database, name: string): string | undefined {
  const rows = db.all(
    `WITH places (place) AS (SELECT path FROM projects WHERE own_name = :name),
       borne (place, peer, seen_at) AS (SELECT project_path, peer, seen_at FROM former_names WHERE name = :name)
     SELECT peers.id, peers.name FROM peers LEFT JOIN borne ON borne.place = project_path
     WHERE peers.name <> :name AND project_path IN
       (SELECT place FROM places UNION ALL SELECT place FROM borne WHERE NOT EXISTS (SELECT 1 FROM places))
     ORDER BY borne.seen_at DESC, host IS NULL, peers.id IS NOT peer, length(peers.name), last_seen_at DESC LIMIT 100`,
    { name },
  );
  const row = rows.find((one) => peerByName(db, nameIn(one))?.id === one["id"]);
  return row && nameIn(row);
}

export function join(db: Database, request: JoinRequest): Peer {
  return db.write(() => {
    const { moves = [], rename: wanted, now } = request;
    moveProjects(db, moves, now);
    const before = peerOf(db, request.host);
    // Of a session that is here its address says where its project is now, whatever its environment says since its start.
    const place = before ?? request;
    // A guest claims no name for its folder: the first one to do so keeps it.
    // What stands at the path that the session's environment still says may be another project by now.
    const isHere = place.projectPath === request.projectPath;
    const { folder, guest } = placeOf(place);
    const own = isHere && guest === undefined ? noteProject(db, request) : undefined;
    if (!isHere) keepProject(db, folder, now);
    else if (guest !== undefined) noteFolder(db, request, folder);
    if (own !== undefined && (before === undefined || own.name !== own.before))
      displace(db, own.name, request);
    const bound = before ?? comeAgain(db, request) ?? bind(db, request, own?.name);
    const former = request.begins === "resumed" ? formerName(db, request) : undefined;
    if (wanted !== undefined) rename(db, bound, wanted, now);
    else if (former !== undefined) comeBack(db, bound, former, request);
    else if (before !== undefined && own !== undefined) passOn(db, own, request);
    if (request.begins === "anew") takeOver(db, bound, now, sleeping(db, bound.projectPath));
    db.run(
      `UPDATE peers SET session_id = CASE :current WHEN 1 THEN :session ELSE coalesce(session_id, :session) END,
         summary = coalesce(:summary, summary, :default), accept = CASE :here WHEN 1 THEN :accept ELSE accept END, server = coalesce(:server, server),
         told_unserved = CASE WHEN :server IS NULL THEN told_unserved ELSE 0 END,
         last_seen_at = :now WHERE id = :id`,
      {
        id: bound.id,
        session: request.sessionId ?? null,
        current: request.sessionIsCurrent ? 1 : 0,
        summary: request.summary ?? null,
        here: isHere ? 1 : 0,
        default: (isHere && request.defaultSummary) || null,
        accept: request.accept === undefined ? null : JSON.stringify(request.accept),
        server: request.server ?? null,
        now: request.now,
      },
    );
    noteSession(db, bound, request);
    return peerById(db, bound.id);
  });
}

/**
 * Gives a host back the address that it held, as it left it: it was taken for gone, as after its machine slept. Undefined
 * where that is another's by now.
 */
function comeAgain(db: Database, request: JoinRequest): Peer | undefined {
  const { host, projectPath, now } = request;
  const row = db.get(
    `SELECT ${PEER_COLUMNS} FROM peers INDEXED BY peers_of_project
     WHERE project_path = :projectPath AND left_by = :host AND host IS NULL ORDER BY last_seen_at DESC`,
    { projectPath, host },
  );
  const own = row && toPeer(row);
  if (own === undefined || !isFreeFor(db, own.name, placeOf(request).folder)) return undefined;
  const due = now + SERVER_STARTS_WITHIN;
  db.run("UPDATE peers SET host = :host, server_due_at = :due WHERE id = :id", { id: own.id, host, due });
  sendHome(db, own.name, now);
  return peerById(db, own.id);
}

/** Gives a host its address: the one its session or its project had before if that is free, else a new one. */
function bind(db: Database, request: JoinRequest, ownName: string | undefined): Peer {
  const { projectPath, baseName, now } = request;
  const { folder } = placeOf(request);
  const own = sleeping(db, projectPath);
  const isFree = (name: string) => isFreeFor(db, name, folder);
  const formerNames = own.map((peer) => peer.name);
  const former = formerName(db, request);
  const wanted = [former, ownName].find((name) => name !== undefined && isFree(name));
  const name = wanted ?? chooseName(baseName, formerNames, isFree);
  const peer = own.find((former) => former.name === name) ?? insert(db, request, name);
  db.run(
    `UPDATE peers SET host = :host, session_id = NULL, activity = 'idle', activity_at = :now, active_at = :now,
       summary = CASE WHEN session_id = :session THEN summary END,
       permission_mode = NULL, title = NULL, wake = NULL, waking = NULL, waking_at = NULL, waking_again = 0,
       waker = NULL, server = NULL, server_due_at = :due, folder = NULL, wakes_count = 0, pushed_times = 0,
       pushed_characters = 0,
       told_unserved = 0 WHERE id = :id`,
    {
      id: peer.id,
      host: request.host,
      session: request.sessionId ?? null,
      due: now + SERVER_STARTS_WITHIN,
      now,
    },
  );
  // The mail of an address whose name another session now holds would never be shown: it follows its project.
  for (const lost of own) {
    if (lost.id !== peer.id && !isFree(lost.name)) merge(db, lost.id, peer.id, now);
  }
  sendHome(db, name, now);
  return peerById(db, peer.id);
}

/** Another project's session chose the name before it was this one's own: it goes by a name of its own project again. */
function displace(db: Database, ownName: string, { projectPath, now }: JoinRequest): void {
  const holder = liveHolder(db, ownName);
  if (holder === undefined || holder.projectPath === projectPath) return;
  const { folder, guest } = placeOf(holder);
  const isFree = (name: string) => isFreeFor(db, name, folder);
  // A guest leaves its folder's own name to the session that starts there.
  const base = guest === undefined ? (holder.ownName ?? ownName) : ownName;
  setName(db, holder, chooseName(base, [], isFree), now);
}

/** The project's own name is another one by now: who bears the former goes by that, unless another of the project does. */
function passOn(db: Database, own: OwnName, { projectPath, now }: JoinRequest): void {
  if (own.before === null || own.before === own.name) return;
  const bearer = liveHolder(db, own.before);
  if (bearer?.projectPath === projectPath && liveHolder(db, own.name) === undefined)
    setName(db, bearer, own.name, now);
}

/** A live peer goes by that name from now on, and has the mail that waits there for its project. */
function setName(db: Database, peer: Peer, name: string, now: number): void {
  const before = sleeping(db, peer.projectPath).find((sleeper) => sleeper.name === name);
  if (before !== undefined) merge(db, before.id, peer.id, now);
  db.run("UPDATE peers SET name = :name WHERE id = :id", { id: peer.id, name });
  noteFormerName(db, peer.name, peer, now);
  sendHome(db, name, now);
}

/** Mail belongs to the project: what waits for peers of it that no session holds goes to one that is there. */
function takeOver(db: Database, { id }: Peer, now: number, absent: readonly Peer[]): void {
  for (const peer of absent) if (peer.id !== id) merge(db, peer.id, id, now);
}

/**
 * Of an address that its session left so long ago, or later than now by a clock that was set back, the mail waits for no
 * return (milliseconds).
 */
const RETURNS_WITHIN = 5 * 60_000;

/**
 * Takes over what waits for peers of the project that were left a while ago, for whose project no session starts anew. A
 * look without the write lock comes first.
 */
export function adopt(db: Database, peer: number, now: number): boolean {
  const left = db.all(
    `SELECT ${PEER_COLUMNS} FROM peers INDEXED BY peers_of_project
     WHERE project_path = (SELECT project_path FROM peers WHERE id = :peer AND host IS NOT NULL) AND host IS NULL
       AND last_seen_at NOT BETWEEN :before + 1 AND :now
       AND (EXISTS (SELECT 1 FROM ${OPEN_QUESTIONS} WHERE recipient = peers.id AND ${OPEN})
         OR EXISTS (SELECT 1 FROM ${UNSEEN_REPLIES} WHERE asker = peers.id AND ${UNSEEN_REPLY}))`,
    { peer, before: now - RETURNS_WITHIN, now },
  );
  if (left.length === 0) return false;
  return db.write(() => {
    // Some may have come back meanwhile, and so may we have gone.
    const me = peerById(db, peer);
    const absent = sleeping(db, me.projectPath).filter(({ id }) => left.some((row) => row["id"] === id));
    if (me.host === null) return false;
    takeOver(db, me, now, absent);
    return absent.length > 0;
  });
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
     RETURNING id`,
    { name, project: request.projectPath, now: request.now },
  );
  return peerById(db, Number(row?.["id"]));
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

/** Whether a session of that project may be called so: no live session is, and it is no other project's own. */
function isFreeFor(db: Database, name: string, folder: string): boolean {
  return liveHolder(db, name) === undefined && ownerOf(db, name, folder) === undefined;
}

function rename(db: Database, peer: Peer, name: string, now: number): void {
  if (peer.name === name) return;
  const holder = liveHolder(db, name);
  if (holder !== undefined) {
    throw new MeshError({ kind: "name_taken", name, projectPath: placeOf(holder).folder });
  }
  const { folder, guest } = placeOf(peer);
  // A guest takes no name that leads anywhere, those of its own folder included: nobody could ask by it any more.
  const owner =
    guest === undefined
      ? ownerOf(db, name, folder)
      : (ownerOf(db, name, "") ?? folderOf(peerByName(db, name)));
  if (owner !== undefined) throw new MeshError({ kind: "name_reserved", name, projectPath: owner });
  setName(db, peer, name, now);
}

function folderOf(peer: Peer | undefined): string | undefined {
  return peer && placeOf(peer).folder;
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
  const { projectPath } = peerById(db, id);
  // Its turn is over, whatever that had in hand.
  dropTurn(db, id);
  db.run(
    "UPDATE peers SET left_by = host, host = NULL, server = NULL, activity = 'idle', activity_at = :now WHERE id = :id",
    { id, now },
  );
  db.run("DELETE FROM waits WHERE waiter = :id", { id });
  const { folder, guest } = placeOf({ projectPath });
  if (guest !== undefined) {
    // Guests come and go by the dozen: one address of the folder keeps the late answers of all of them.
    const place = guestPlace("terminal", folder);
    for (const other of sleeping(db, place)) if (other.id !== id) merge(db, other.id, id, now);
    db.run("UPDATE peers SET project_path = :place WHERE id = :id", { id, place });
  }
  return waitersFor(db, id);
}

/** The peers that wait for this one. */
export function waitersFor(db: Database, id: number): number[] {
  return db
    .all(
      "SELECT DISTINCT waiter FROM waits JOIN questions ON questions.id = question WHERE +recipient = :id AND NOT ended",
      { id },
    )
    .map((row) => Number(row["waiter"]));
}
