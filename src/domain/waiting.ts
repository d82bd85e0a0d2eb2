/**
 * When a wait is over, and why no ring of waiting sessions ever forms. An edge of the waiting graph leads from a waiting
 * peer to the peer whose answer it waits for. An ask ends the waits of its recipient in the same step, so it cannot close
 * a ring; a wait for what was asked before can, and may not begin where it would.
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

export interface WaitFacts {
  /** How many answers end the wait, how many there are, and how many questions are still open. */
  readonly need: number;
  readonly answered: number;
  readonly open: number;
  /** How many questions wait to be shown to the waiter. */
  readonly incoming: number;
  /** How many the waiter was shown and owes an answer to. */
  readonly owed: number;
  /** Somebody ended this wait since its last look. */
  readonly ended: boolean;
  /** How many questions the waiter owes to peers that, directly or through others, wait for it in turn. */
  readonly ring: number;
}

/** What one look of a wait finds. Answers come first, then who asks the waiter, then the ring. */
export function judgeWait(facts: WaitFacts): "settled" | "interrupted" | "owes" | "waiting" {
  if (facts.open === 0 || facts.answered >= facts.need) return "settled";
  if (facts.incoming > 0) return "interrupted";
  // Only a question ends a wait; another call of the session has shown it meanwhile. If it is answered, we go on.
  if (facts.ended && facts.owed > 0) return "interrupted";
  return facts.ring > 0 ? "owes" : "waiting";
}
