/** Who may ask whom, how often and how deep. */
import { MeshError } from "./errors.ts";
import type { Peer } from "./peer.ts";
import { formatId } from "./question.ts";

/** Asks from one peer to another within RATE_WINDOW milliseconds. */
export const RATE_LIMIT = 30;
export const RATE_WINDOW = 60_000;
/** How many asks may hang on one another, each asked while its asker owed the one before. */
export const DEPTH_LIMIT = 8;

/** Whether the recipient's project lets the asker ask it at all. */
export function accepts({ accept }: Peer, asker: Peer): boolean {
  return accept === null || accept.includes(asker.name);
}

/** Refuses a question to oneself and one that the recipient's project does not take. */
export function checkRecipient(asker: Peer, recipient: Peer): void {
  if (recipient.id === asker.id) throw new MeshError({ kind: "self_ask", name: recipient.name });
  if (accepts(recipient, asker)) return;
  const accept = [...(recipient.accept ?? [])];
  throw new MeshError({ kind: "not_accepted", to: recipient.name, asker: asker.name, accept });
}

/**
 * Refuses an ask over the rate.
 * @param earlier when the RATE_LIMIT-th ask of the pair before this one was made, if there are so many
 */
export function checkRate(recipient: Peer, earlier: number | undefined, now: number): void {
  if (earlier === undefined || earlier <= now - RATE_WINDOW) return;
  const retryInSeconds = Math.max(1, Math.ceil((earlier + RATE_WINDOW - now) / 1000));
  throw new MeshError({ kind: "too_many", to: recipient.name, limit: RATE_LIMIT, retryInSeconds });
}

/**
 * The depth of a new ask: it hangs on the deepest question that its asker was shown and has not answered.
 * @param owed those questions
 */
export function depthOfAsk(owed: readonly { readonly id: number; readonly depth: number }[]): number {
  const depth = Math.max(0, ...owed.map((question) => question.depth)) + 1;
  if (depth <= DEPTH_LIMIT) return depth;
  const deepest = owed.filter((question) => question.depth >= DEPTH_LIMIT).map(({ id }) => formatId(id));
  throw new MeshError({ kind: "too_deep", depth, limit: DEPTH_LIMIT, owed: deepest });
}
