/** Takes out of a terminal's rows what differs from run to run, so that the picture changes only when the product does. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const ESCAPES = /(\x1b\[[\d;:]*m)/;
const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
const SAME_MOMENT = "2026-01-01T12:00:00.000Z";

/** Rows that say only how long a turn took, how many tokens a scripted model claims, or a hint that comes and goes. */
const OF_THE_RUN = [/^\S \S+ for \d.* · done /, /^\s*\d+ tokens\s*$/, /^\s+\S \w+ · \/effort\s*$/];

export function withoutRun(rows: readonly string[]): string[] {
  return rows.map((row) => {
    const parts = row.split(ESCAPES);
    const text = parts.filter((_, at) => at % 2 === 0).join("");
    if (/\/tmp\/|\/home\/|\/root\b/.test(text))
      throw new Error(`a path of this machine is in the picture: ${text}`);
    if (!OF_THE_RUN.some((pattern) => pattern.test(text))) return row.replace(MOMENT, SAME_MOMENT);
    return parts.map((part, at) => (at % 2 === 0 ? part.replace(/./gu, " ") : part)).join("");
  });
}
