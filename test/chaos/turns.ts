import type { Seen } from "./ledger.ts";

/** What a session's client knows of its turns. */
export interface Turns {
  /** A turn begins; the result is to be called with what was shown in it so far. */
  begin(): (shown: readonly Seen[]) => void;
  /**
   * A step begins that only a model takes that has spoken; the result is to be called when it has been taken, with what was
   * shown to make the turn go on where it was its end.
   */
  goOn(): (shown?: readonly Seen[]) => void;
}

/**
 * What a turn was shown at its start or at its end stays tentative until the turn is seen to go on; if the next one begins
 * first, it may not be in the conversation, as after Esc, and is rightly shown again.
 */
export function makeTurns(): Turns {
  const last = new Set<Seen>();
  let begun = 0;
  let beginning = 0;
  return {
    begin() {
      const alone = beginning++ === 0;
      const mine = ++begun;
      last.clear();
      return (shown) => {
        beginning--;
        last.clear();
        // Of two that begin at once, nobody sees which was first.
        if (alone && mine === begun) for (const seen of shown) last.add(seen);
      };
    },
    goOn() {
      const before = [...last];
      return (shown = []) => {
        for (const seen of before) if (last.delete(seen)) seen.tentative = false;
        for (const seen of shown) last.add(seen);
      };
    },
  };
}
