/** Who may ask whom, how much and how deep. */
import { MeshError } from "./errors.ts";
import { nearestNames, type Peer, takesQuestions } from "./peer.ts";
import { statusOf } from "./presence.ts";
import { formatId } from "./question.ts";
import { chainOfWaits, type WaitEdge } from "./waiting.ts";

/** Questions that may wait unread for one recipient: from one project, with all its sessions and terminals; and in all. */
export const UNREAD_LIMITS = { project: 30, all: 200 } as const;
/** How many waiting asks may hang on one another, each asked while its asker was waited for. */
export const DEPTH_LIMIT = 8;

/** Whether the recipient's project lets the asker's project ask it at all. */
export function accepts({ accept }: Peer, asker: Peer): boolean {
  return accept === null || (asker.ownName !== null && accept.includes(asker.ownName));
}

/**
 * Those that can be asked now and answer. Wherever live peers are named or counted for a reader, it is these.
 * @param except an id, as of who asks
 */
export function askable<Known extends Peer>(peers: readonly Known[], now: number, except?: number): Known[] {
  return peers.filter(
    (peer) => peer.id !== except && takesQuestions(peer) && statusOf(peer, now) === "active",
  );
}

/**
 * The refusal of a name that no peer bears.
 * @param peers whose names may have been meant
 * @param nameNow the name of who bore that one before
 */
export function unknownPeer(
  name: string,
  peers: readonly Peer[],
  nameNow: string | undefined,
  now: number,
): MeshError {
  const names = [...new Set(peers.map((peer) => peer.name))];
  return new MeshError({
    kind: "unknown_peer",
    name,
    near: nearestNames(name, names),
    live: askable(peers, now).map((peer) => peer.name),
    ...(nameNow === undefined ? {} : { now: nameNow }),
  });
}

/** Refuses a question to oneself and one that the recipient's project does not take. */
export function checkRecipient(asker: Peer, recipient: Peer): void {
  if (recipient.id === asker.id) throw new MeshError({ kind: "self_ask", name: recipient.name });
  if (accepts(recipient, asker)) return;
  const accept = [...(recipient.accept ?? [])];
  throw new MeshError({
    kind: "not_accepted",
    to: recipient.name,
    asker: asker.ownName ?? asker.name,
    accept,
  });
}

/** Refuses a question to a recipient for whom too many wait unread. */
export function checkUnread(
  { name }: Peer,
  unread: { readonly ofProject: number; readonly inAll: number },
): void {
  const { ofProject, inAll } = unread;
  if (ofProject >= UNREAD_LIMITS.project)
    throw new MeshError({ kind: "too_many", to: name, unread: ofProject, from: "project" });
  if (inAll >= UNREAD_LIMITS.all)
    throw new MeshError({ kind: "too_many", to: name, unread: inAll, from: "all" });
}

/**
 * The depth of a new ask: how many waits hang on it, its own among them. Refused where there are too many.
 * @param edges who waits for whom
 */
export function depthOfAsk(asker: number, edges: readonly WaitEdge[]): number {
  const { depth, owed } = chainOfWaits(asker, edges);
  if (depth < DEPTH_LIMIT) return depth + 1;
  throw new MeshError({ kind: "too_deep", depth: depth + 1, limit: DEPTH_LIMIT, owed: owed.map(formatId) });
}
