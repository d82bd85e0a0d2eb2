import type { Project } from "../config/project.ts";
import { type GuestKind, guestPlace, makeName, type Peer, type PeerView } from "../domain/peer.ts";
import { HEARTBEAT_EVERY } from "../domain/presence.ts";
import type { Registry } from "../domain/store.ts";
import { join, leave } from "./join.ts";
import type { Mesh } from "./mesh.ts";

const ABOUT: Readonly<Record<GuestKind, string>> = {
  terminal: "a terminal: asks, and takes no questions",
  run: "a run without a user: asks, and takes no questions",
};

/** The project as a guest has it: a place beside it, a name that is not its own, and nobody who would read a question. */
export function guestOf(project: Project, kind: GuestKind): Project {
  const suffix = `-${kind}`;
  return {
    ...project,
    path: guestPlace(kind, project.path),
    // Not the folder's own name: that is for the session that starts there.
    baseName: makeName(project.baseName.slice(0, 63 - suffix.length) + suffix),
    summary: ABOUT[kind],
    accept: [],
  };
}

/**
 * Acts as a terminal: a peer of this process that asks and takes no questions, because nobody would read them. Its name
 * is free again afterwards; what it asked stays open, and the folder's inbox has the answers.
 */
export async function asTerminal<Result>(
  mesh: Mesh<Registry>,
  project: Project,
  act: (me: Peer) => Promise<Result>,
): Promise<Result> {
  const terminal = guestOf(project, "terminal");
  const session = { host: mesh.process, server: mesh.process, sessionId: undefined, project: terminal };
  const me = await join(mesh, session);
  const heartbeat = setInterval(() => {
    mesh.store.touch({ peer: me.id, now: mesh.now() }).catch(() => {});
  }, HEARTBEAT_EVERY);
  try {
    return await act(me);
  } finally {
    clearInterval(heartbeat);
    await leave(mesh, session);
  }
}

/** The addresses of a folder's terminals, and of the runs that ended there. */
export function terminalsOf(peers: readonly PeerView[], folder: string): PeerView[] {
  return peers.filter(({ projectPath }) => projectPath === guestPlace("terminal", folder));
}
