import type { Project } from "../config/project.ts";
import { makeName, type Peer, type PeerView, terminalPlace } from "../domain/peer.ts";
import { HEARTBEAT_EVERY } from "../domain/presence.ts";
import type { Registry } from "../domain/store.ts";
import { join, leave } from "./join.ts";
import type { Mesh } from "./mesh.ts";

const SUFFIX = "-terminal";

/**
 * Acts as a terminal: a peer of this process that asks and takes no questions, because nobody would read them. Its name
 * is free again afterwards; what it asked stays open, and the next terminal of the folder has the answers.
 */
export async function asTerminal<Result>(
  mesh: Mesh<Registry>,
  project: Project,
  act: (me: Peer) => Promise<Result>,
): Promise<Result> {
  const me = await join(mesh, {
    host: mesh.process,
    sessionId: undefined,
    project: {
      path: terminalPlace(project.path),
      folder: project.folder,
      // Not the folder's own name: that is for the session that starts there.
      baseName: makeName(project.baseName.slice(0, 63 - SUFFIX.length) + SUFFIX),
      summary: "a terminal: asks, and takes no questions",
      accept: [],
    },
  });
  const heartbeat = setInterval(() => {
    mesh.store.touch({ peer: me.id, now: mesh.now() }).catch(() => {});
  }, HEARTBEAT_EVERY);
  try {
    return await act(me);
  } finally {
    clearInterval(heartbeat);
    await leave(mesh, { host: mesh.process, sessionId: undefined });
  }
}

/** The addresses of a folder's terminals. */
export function terminalsOf(peers: readonly PeerView[], folder: string): PeerView[] {
  return peers.filter(({ projectPath }) => projectPath === terminalPlace(folder));
}
