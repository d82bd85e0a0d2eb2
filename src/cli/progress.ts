import type { Screen } from "./screen.ts";

/** How often a wait says the same again where each line stands (milliseconds). */
const REPEAT_EVERY = 60_000;

/**
 * Tells how a wait is getting on: at each step on a terminal; elsewhere, as in a CI log, when something changed.
 * @param room how many characters of it there may be
 */
export function waitReporter(screen: Screen, room = Number.POSITIVE_INFINITY): (line: string) => void {
  let last = { what: "", at: Number.NEGATIVE_INFINITY };
  let left = room;
  return (line) => {
    if (screen.interactive) return screen.progress(line);
    // The elapsed time stands last.
    const what = line.slice(0, line.lastIndexOf("·"));
    const at = performance.now();
    if (what === last.what && at - last.at < REPEAT_EVERY) return;
    last = { what, at };
    const told = `claude-mesh: ${line}`;
    left -= told.length + 1;
    if (left >= 0) screen.tell(told);
  };
}
