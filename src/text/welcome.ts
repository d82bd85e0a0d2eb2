import type { Peer } from "../domain/peer.ts";

/** So many names make the line; with more, the line says how many there are. */
const NAMES_SHOWN = 12;

/** The same for its person, in fewer words. */
export function welcomeNotice(me: Peer, others: readonly Peer[]): string {
  return `claude-mesh: this session is "${me.name}"; ${named(others)}`;
}

/** What waits, for the person; nothing where nothing does. No peer's word is in it. */
export function waitingNotice({ questions, replies }: Unseen): string {
  const parts = [count(questions, "question"), count(replies, "answer")].filter((part) => part !== "");
  if (parts.length === 0) return "";
  const verb = questions + replies === 1 ? "waits" : "wait";
  return `${parts.join(" and ")} ${verb} for it`;
}

interface Unseen {
  readonly questions: number;
  readonly replies: number;
}

function count(n: number, what: string): string {
  return n === 0 ? "" : `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** The lines that tell a session who it is in the mesh, which others it can ask, and that something waits. */
export function welcomeText(me: Peer, others: readonly Peer[], unseen: Unseen): string {
  const waiting = waitingNotice(unseen);
  const shown = waiting === "" ? "" : ` ${waiting}; the next turn shows what.`;
  return `claude-mesh: this session is the peer "${me.name}"; ${named(others)}. Ask one with ask_peer.${shown}`;
}

function named(others: readonly Peer[]): string {
  const names = others.map(({ name }) => name);
  if (names.length === 0) return "no other session is live yet";
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
  return `live peers: ${names.slice(0, NAMES_SHOWN).join(", ")}${more}`;
}
