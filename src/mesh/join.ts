import { findBeside, folderIdentity, isCopy, type Project, wantsName } from "../config/project.ts";
import { MeshError } from "../domain/errors.ts";
import {
  guestPlace,
  makeName,
  PATH_LIMIT,
  type Peer,
  type ProcessKey,
  parseName,
  placeOf,
} from "../domain/peer.ts";
import type { JoinRequest, KnownFolder, Move, Registry } from "../domain/store.ts";
import { cleanLine } from "../text/clean.ts";
import type { Mesh } from "./mesh.ts";
import { sweep } from "./presence.ts";

export interface Session {
  readonly host: ProcessKey;
  /** The process of the server that serves the session, where this is it. */
  readonly server?: ProcessKey | undefined;
  readonly project: Project;
  /** Why the project's file cannot be understood: the session goes on as it joined, and cannot join anew. */
  readonly broken?: unknown;
  readonly sessionId: string | undefined;
}

export interface JoinOptions {
  /** The session id is the one of this moment (a hook's input), not the one that a server was started with. */
  readonly sessionIsCurrent?: boolean;
  readonly begins?: JoinRequest["begins"];
  readonly rename?: string;
  readonly summary?: string;
}

export interface RegisterResult {
  readonly name: string;
  readonly project_path: string;
  readonly session_id: string | null;
  readonly status: "active";
  readonly hint?: string;
}

/**
 * The session's project. Where its file was broken since the session joined, what the mesh knows of it serves: the file
 * counts when a session joins, and a conflict in it must not take a session out of the mesh that others see there.
 */
export function projectOf(bound: Peer | undefined, read: () => Project): Pick<Session, "project" | "broken"> {
  try {
    return { project: read() };
  } catch (broken) {
    if (bound === undefined) throw broken;
    const { projectPath: path, ownName, name, accept } = bound;
    const project = { path, folder: undefined, baseName: ownName ?? name, summary: undefined };
    return { project: { ...project, accept: accept === null ? undefined : [...accept] }, broken };
  }
}

/** Binds the session to its address; harmless where it is bound already. */
export async function join(mesh: Mesh<Registry>, session: Session, options: JoinOptions = {}): Promise<Peer> {
  if (session.broken !== undefined) throw session.broken;
  await sweep(mesh);
  const { rename } = options;
  const name = rename === undefined ? undefined : parseName(rename);
  if (rename !== undefined && name === undefined) {
    throw new MeshError({ kind: "invalid_name", name: rename, suggestion: makeName(rename) });
  }
  const { summary } = options;
  const { summary: defaultSummary, folder, baseName } = session.project;
  return mesh.store.join({
    host: session.host,
    server: session.server,
    ...(await placeOfProject(mesh, session.project)),
    folder,
    baseName,
    ...(name === undefined ? {} : { rename: name }),
    ...(session.sessionId === undefined ? {} : { sessionId: session.sessionId }),
    sessionIsCurrent: options.sessionIsCurrent ?? false,
    begins: options.begins,
    ...(summary === undefined ? {} : { summary }),
    ...(defaultSummary === undefined ? {} : { defaultSummary }),
    accept: session.project.accept,
    now: mesh.now(),
  });
}

/**
 * The path that the mesh knows the project by. A folder that it knows by another path is the same project: if that path
 * still leads to it, they are two names of one folder; if not, the folder was moved, and its mail moves with it. Where
 * another one stood that the mesh knows, that one's mail goes where it is now; if it is nowhere to be seen, it was deleted,
 * and its mail is for the project in its place. Whose own name this one wants keeps it as long as its folder is there under
 * that name.
 */
async function placeOfProject(
  mesh: Mesh<Registry>,
  { path, folder, baseName }: Project,
): Promise<Pick<JoinRequest, "projectPath" | "moves" | "formerOwner">> {
  const { folder: own, guest } = placeOf({ projectPath: path });
  const found = await mesh.store.findFolder(folder, own, baseName);
  const known = pathIn(found, own) ?? own;
  const isMoved = known !== own && folderIdentity(known) !== folder;
  const place = isMoved ? own : known;
  const moves = folder === undefined || place !== own ? [] : await movesTo(mesh, folder, own, found);
  return {
    projectPath: guest === undefined ? place : guestPlace(guest, place),
    moves,
    formerOwner: formerOwner(found, place, moves),
  };
}

/** Of the paths under which the mesh knows the folder at one, that which is no copy of it. */
function pathIn({ knownPaths }: KnownFolder, path: string): string | undefined {
  return knownPaths.find((known) => known === path || !isCopy(known, path));
}

/** The project whose own name is wanted, where its folder is not there any more under the name that it had. */
function formerOwner({ owner }: KnownFolder, place: string, moves: readonly Move[]): string | undefined {
  if (owner === undefined) return undefined;
  const path = moves.find(({ from }) => from === owner.path)?.to ?? owner.path;
  return path === place || wantsName(path, owner.baseName) ? undefined : path;
}

/**
 * What the mesh has to move for a folder that is at that path now: of that one, and of each whose place another took.
 * @param found what the mesh knows of the two
 * @param before the moves of others
 */
async function movesTo(
  mesh: Mesh<Registry>,
  folder: string,
  to: string,
  found: KnownFolder,
  before: readonly Move[] = [],
): Promise<readonly Move[]> {
  const { folderThere = folder } = found;
  const from = pathIn(found, to) ?? to;
  const moves = from === to ? before : [...before, { folder, from, to }];
  if (folderThere === folder || moves.some((move) => move.folder === folderThere)) return moves;
  const now = await whereIs(mesh, folderThere, to);
  if (now === undefined) return moves;
  return movesTo(mesh, folderThere, now, await mesh.store.findFolder(folderThere, now), moves);
}

/** Where a folder is now that stood at a path: under another name beside it, or at another path that the mesh knows. */
async function whereIs(mesh: Mesh<Registry>, folder: string, path: string): Promise<string | undefined> {
  const beside = findBeside(path, folder);
  return beside ?? (await mesh.store.projectPaths()).find((one) => folderIdentity(one) === folder);
}

/** The path under which the mesh has what it knows of the folder at a path. */
export async function knownPlace(mesh: Mesh<Registry>, path: string): Promise<string> {
  const folder = folderIdentity(path);
  return folder === undefined ? path : (pathIn(await mesh.store.findFolder(folder, path), path) ?? path);
}

/** The session has ended: frees its address, unless a newer session of the same client holds it, and tells who waits. */
export async function leave(
  mesh: Mesh<Registry>,
  { host, sessionId }: Pick<Session, "host" | "sessionId">,
): Promise<void> {
  for (const peer of await mesh.store.leave(host, sessionId, mesh.now())) mesh.bell.ring(peer);
}

/** Sets the session's name or summary, where they are given, and says who it is in the mesh. */
export async function register(
  mesh: Mesh<Registry>,
  session: Session,
  options: Pick<JoinOptions, "rename" | "summary">,
): Promise<RegisterResult> {
  const peer = await join(mesh, session, options);
  const { baseName } = session.project;
  const isHolder = ({ id, host, name }: Peer) => id !== peer.id && host !== null && name === baseName;
  const taken = options.rename === undefined && (await mesh.store.peers(mesh.now())).some(isHolder);
  return {
    name: peer.name,
    project_path: cleanLine(placeOf(peer).folder, PATH_LIMIT),
    session_id: peer.sessionId === null ? null : cleanLine(peer.sessionId, 100),
    status: "active",
    ...(taken ? { hint: `"${baseName}" is held by another session, so this one is "${peer.name}".` } : {}),
  };
}
