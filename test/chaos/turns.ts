import type { Seen } from "./ledger.ts";

/** What a session's client knows of its turns. */
export interface Turns {
  /** A turn begins; the result is to be called with what was shown in it so far. */
  begin(): (shown: readonly Seen[]) => void;
  /** A call begins that only a model makes that has spoken; the result is to be called when it has been made. */
  goOn(): () => void;
  /** A tool's result, or the hook behind it, has shown this. */
  read(shown: readonly Seen[]): void;
  /** A step is over, and the next request carries what it brought; the result is to be called when our hook knows. */
  stepOver(): () => void;
  /** The turn is over; the result is to be called when our hook knows, with what was shown to make the turn go on. */
  stop(): (shown: readonly Seen[]) => void;
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
  /** The same of everything, unless a turn begins meanwhile. */
  const goneOn = (...sets: Set<Seen>[]) => {
    const alone = beginning === 0;
    const mine = begun;
    const kept = keep(...sets);
    return () => {
      if (alone && mine === begun) kept();
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
      const goOn = goneOn(printed);
      const carried = [...results];
      return () => {
        goOn();
        for (const seen of carried) if (results.delete(seen)) printed.add(seen);
      };
    },
    stop() {
      const goOn = goneOn(printed, results);
      return (shown) => {
        goOn();
        for (const seen of shown) printed.add(seen);
      };
    },
  };
}
