import type { Peer, PeerView } from "../domain/peer.ts";

/** The one line that tells a session who it is in the mesh, and who else is there. */
export function welcomeText(me: Peer, peers: readonly PeerView[]): string {
  const others = peers.filter(({ id, host }) => id !== me.id && host !== null).map(({ name }) => name);
  const who = others.length === 0 ? "no other session is live yet" : `live peers: ${others.join(", ")}`;
  return `claude-mesh: this session is the peer "${me.name}"; ${who}. Ask one with ask_peer.`;
}
