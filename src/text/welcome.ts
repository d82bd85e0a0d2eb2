import { type Peer, type PeerView, takesQuestions } from "../domain/peer.ts";

/** So many names make the line; with more, the line says how many there are. */
const NAMES_SHOWN = 12;

/** The one line that tells a session who it is in the mesh, and who else is there. */
export function welcomeText(me: Peer, peers: readonly PeerView[]): string {
  const others = peers
    .filter((peer) => peer.id !== me.id && peer.host !== null && takesQuestions(peer))
    .map(({ name }) => name);
  const more = others.length > NAMES_SHOWN ? ` and ${others.length - NAMES_SHOWN} more` : "";
  const names = others.slice(0, NAMES_SHOWN).join(", ");
  const who = others.length === 0 ? "no other session is live yet" : `live peers: ${names}${more}`;
  return `claude-mesh: this session is the peer "${me.name}"; ${who}. Ask one with ask_peer.`;
}
