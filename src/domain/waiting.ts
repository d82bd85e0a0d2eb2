/**
 * When a wait is over, and why no ring of waiting sessions ever forms. An edge of the waiting graph leads from a waiting
 * peer to the peer whose answer it waits for. An ask ends the waits of its recipient in the same step, so it cannot close
 * a ring; asked again, only those that would be part of one. A wait for what was asked before may not begin where it would.
 */

export interface WaitEdge {
  readonly waiter: number;
  readonly recipient: number;
  readonly question: number;
}

/**
 * The questions that `peer` would have to answer before it may wait for `recipients`: those over which one of the
 * recipients, directly or through others, waits for `peer`. Empty where no ring would form.
 */
export function ringQuestions(
  peer: number,
  recipients: readonly number[],
  edges: readonly WaitEdge[],
): number[] {
  const outgoing = Map.groupBy(edges, (edge) => edge.waiter);
  const seen = new Set<number>();
  const frontier = [...recipients];
  const owed = new Set<number>();
  for (let at = frontier.pop(); at !== undefined; at = frontier.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const edge of outgoing.get(at) ?? []) {
      if (edge.recipient === peer) owed.add(edge.question);
      else frontier.push(edge.recipient);
    }
  }
  return [...owed].sort((a, b) => a - b);
}

/**
 * The longest chain of waits that ends in `peer`, and the questions that it would have to answer to shorten it.
 * @param edges without a ring
 */
export function chainOfWaits(peer: number, edges: readonly WaitEdge[]): { depth: number; owed: number[] } {
  const incoming = Map.groupBy(edges, (edge) => edge.recipient);
  const depths = new Map<number, number>();
  const depthOf = (at: number): number => {
    const known = depths.get(at);
    if (known !== undefined) return known;
    // Should there ever be a ring, it ends here.
    depths.set(at, 0);
    const depth = Math.max(0, ...(incoming.get(at) ?? []).map(({ waiter }) => depthOf(waiter) + 1));
    depths.set(at, depth);
    return depth;
  };
  const depth = depthOf(peer);
  const owed = (incoming.get(peer) ?? []).filter(({ waiter }) => depthOf(waiter) + 1 === depth);
  return { depth, owed: owed.map(({ question }) => question).sort((a, b) => a - b) };
}

export interface WaitFacts {
  /** How many answers end the wait, how many there are, and how many questions are still open. */
  readonly need: number;
  readonly answered: number;
  readonly open: number;
  /** How many questions wait to be shown to the waiter, and may be pushed at it now. */
  readonly incoming: number;
  /** How many the waiter was shown and owes an answer to. */
  readonly owed: number;
  /** Somebody ended this wait since its last look. */
  readonly ended: boolean;
  /** The call is a subagent's: nothing is handed to it, and what ends its wait is a ring that it would be part of. */
  readonly subagent: boolean;
  /** How many questions the waiter owes to peers that, directly or through others, wait for it in turn. */
  readonly ring: number;
}

/** What one look of a wait finds. Answers come first, then who asks the waiter, then the ring. */
export function judgeWait(facts: WaitFacts): "settled" | "interrupted" | "owes" | "waiting" {
  if (facts.open === 0 || facts.answered >= facts.need) return "settled";
  if (facts.subagent) return facts.ended ? "interrupted" : facts.ring > 0 ? "owes" : "waiting";
  if (facts.incoming > 0) return "interrupted";
  // Only a question ends a wait; another call of the session has shown it meanwhile. If it is answered, we go on.
  if (facts.ended && facts.owed > 0) return "interrupted";
  return facts.ring > 0 ? "owes" : "waiting";
}
