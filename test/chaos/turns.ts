import type { Seen } from "./ledger.ts";

/** What a session's client knows of its turns. */
export interface Turns {
  /** A turn begins; the result is to be called with what was shown in it so far. */
  begin(): (shown: readonly Seen[]) => void;
  /** A call begins that only a model makes that has spoken; the result is to be called when it has been made. */
  goOn(): () => void;
  /** A tool's result, or the hook behind it, has shown this. */
  read(shown: readonly Seen[]): void;
  /**
   * A step is over, or the turn is; the result is to be called when our hook knows, with what was shown to make the turn
   * go on where it was its end.
   */
  stepOver(): (shown?: readonly Seen[]) => void;
}

/**
 * What a turn was shown stays tentative until the turn is seen to go on; if the session ends first, or the next turn begins
 * first, as after Esc, it is rightly shown again.
 */
export function makeTurns(): Turns {
  const printed = new Set<Seen>();
  const results = new Set<Seen>();
  let begun = 0;
  let beginning = 0;
  /** How to say that what is in hand now stays in the conversation. */
  const keep = (...sets: Set<Seen>[]) => {
    const before = sets.map((set) => [...set]);
    return () => {
      for (const [n, set] of sets.entries())
        for (const seen of before[n] ?? []) if (set.delete(seen)) seen.tentative = false;
    };
  };
  return {
    begin() {
      const alone = beginning++ === 0;
      const mine = ++begun;
      printed.clear();
      results.clear();
      return (shown) => {
        beginning--;
        printed.clear();
        results.clear();
        // Of two that begin at once, nobody sees which was first.
        if (alone && mine === begun) for (const seen of shown) printed.add(seen);
      };
    },
    goOn: () => keep(printed),
    read(shown) {
      for (const seen of shown) results.add(seen);
    },
    stepOver() {
      const alone = beginning === 0;
      const mine = begun;
      const keepAll = keep(printed, results);
      return (shown = []) => {
        // Nor of a step that is over while a turn begins.
        if (alone && mine === begun) keepAll();
        for (const seen of shown) printed.add(seen);
      };
    },
  };
}
