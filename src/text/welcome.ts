import { type Peer, type PeerView, takesQuestions } from "../domain/peer.ts";

/** So many names make the line; with more, the line says how many there are. */
const NAMES_SHOWN = 12;

/** The same for its person, in fewer words. */
export function welcomeNotice(me: Peer, peers: readonly PeerView[]): string {
  return `claude-mesh: this session is "${me.name}"; ${others(me, peers)}`;
}

/** The one line that tells a session who it is in the mesh, and who else is there. */
export function welcomeText(me: Peer, peers: readonly PeerView[]): string {
  return `claude-mesh: this session is the peer "${me.name}"; ${others(me, peers)}. Ask one with ask_peer.`;
}

function others(me: Peer, peers: readonly PeerView[]): string {
  const names = peers
    .filter((peer) => peer.id !== me.id && peer.host !== null && takesQuestions(peer))
    .map(({ name }) => name);
  if (names.length === 0) return "no other session is live yet";
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
  return `live peers: ${names.slice(0, NAMES_SHOWN).join(", ")}${more}`;
}
