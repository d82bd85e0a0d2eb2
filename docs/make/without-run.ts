/** Takes out of a terminal's rows what differs from run to run, so that the picture changes only when the product does. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const ESCAPES = /(\x1b\[[\d;:]*m)/;
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const SAME_MOMENT = "2026-01-01T12:00:00.000Z";
/** A fence's mark, which is drawn anew each time. */
const MARK = /\bmark=\\?"([0-9a-f]{8})/g;
const SAME_MARK = "7f3a9c1e";
/** A hint of the client's that comes and goes. */
const HINT = " · ← for agents";

/** Rows that say only how long a turn took, how many tokens a scripted model claims, or a hint that comes and goes. */
const OF_THE_RUN = [/^\S \S+ for \d.* · done /, /^\s*\d+ tokens\s*$/, /^\s+\S \w+ · \/effort\s*$/];

export function withoutRun(rows: readonly string[]): string[] {
  const marks = rows.flatMap((row) => [...plain(row).matchAll(MARK)].map((match) => match[1] ?? ""));
  return rows.map((row) => {
    const text = plain(row);
    if (/\/tmp\/|\/home\/|\/root\b/.test(text))
      throw new Error(`a path of this machine is in the picture: ${text}`);
    if (OF_THE_RUN.some((pattern) => pattern.test(text))) return blank(row);
    const same = row.replace(MOMENT, SAME_MOMENT).replace(HINT, " ".repeat(HINT.length));
    return marks.reduce((left, mark) => left.replaceAll(mark, SAME_MARK), same);
  });
}

function plain(row: string): string {
  return row
    .split(ESCAPES)
    .filter((_, at) => at % 2 === 0)
    .join("");
}

/** The row with spaces for its words. */
function blank(row: string): string {
  return row
    .split(ESCAPES)
    .map((part, at) => (at % 2 === 0 ? part.replace(/./gu, " ") : part))
    .join("");
}
