import assert from "node:assert/strict";

interface Edge {
  readonly waiter: number;
  readonly recipient: number;
}

/** Who waits only for peers that wait for nobody is in no ring; what is left when all those are gone is one. */
export function assertNoRing(waits: readonly Edge[]): void {
  let left = [...waits];
  for (;;) {
    const waiters = new Set(left.map(({ waiter }) => waiter));
    const next = left.filter(({ recipient }) => waiters.has(recipient));
    if (next.length === left.length) break;
    left = next;
  }
  assert.deepEqual(left, [], "a ring of waiting sessions");
}
