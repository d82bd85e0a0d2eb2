/** Who may ask whom, how much and how deep. */
import { MeshError } from "./errors.ts";
import type { Peer } from "./peer.ts";
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
