/** The waiting graph: an edge leads from a waiting peer to the peer whose answer it waits for. */

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
