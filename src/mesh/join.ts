import type { Project } from "../config/project.ts";
import { MeshError } from "../domain/errors.ts";
import { makeName, PATH_LIMIT, type Peer, type ProcessKey, parseName } from "../domain/peer.ts";
import type { Registry } from "../domain/store.ts";
import { cleanLine } from "../text/clean.ts";
import type { Mesh } from "./mesh.ts";
import { sweep } from "./presence.ts";

export interface Session {
  readonly host: ProcessKey;
  readonly project: Project;
  readonly sessionId: string | undefined;
}

export interface JoinOptions {
  /** The session id is the one of this moment (a hook's input), not the one that a server was started with. */
  readonly sessionIsCurrent?: boolean;
  readonly resumed?: boolean;
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

/** Binds the session to its address; harmless where it is bound already. */
export async function join(mesh: Mesh<Registry>, session: Session, options: JoinOptions = {}): Promise<Peer> {
  await sweep(mesh);
  const { rename } = options;
  const name = rename === undefined ? undefined : parseName(rename);
  if (rename !== undefined && name === undefined) {
    throw new MeshError({ kind: "invalid_name", name: rename, suggestion: makeName(rename) });
  }
  const { summary } = options;
  const { summary: defaultSummary } = session.project;
  return mesh.store.join({
    host: session.host,
    projectPath: session.project.path,
    baseName: session.project.baseName,
    ...(name === undefined ? {} : { rename: name }),
    ...(session.sessionId === undefined ? {} : { sessionId: session.sessionId }),
    sessionIsCurrent: options.sessionIsCurrent ?? false,
    resumed: options.resumed ?? false,
    ...(summary === undefined ? {} : { summary }),
    ...(defaultSummary === undefined ? {} : { defaultSummary }),
    accept: session.project.accept,
    now: mesh.now(),
  });
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
    project_path: cleanLine(peer.projectPath, PATH_LIMIT),
    session_id: peer.sessionId === null ? null : cleanLine(peer.sessionId, 100),
    status: "active",
    ...(taken ? { hint: `"${baseName}" is held by another session, so this one is "${peer.name}".` } : {}),
  };
}
