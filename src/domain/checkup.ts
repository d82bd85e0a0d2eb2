/** What the doctor finds, as data. */

export type Verdict = "ok" | "warning" | "failure";

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  /** What there is, whether good or bad. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** The checks of one part of the set-up. */
export interface CheckGroup {
  readonly group: string;
  readonly checks: readonly Check[];
}

export function ok(name: string, found: string): Check {
  return { name, verdict: "ok", found };
}

export function warning(name: string, found: string, remedy: string): Check {
  return { name, verdict: "warning", found, remedy };
}

export function failure(name: string, found: string, remedy: string): Check {
  return { name, verdict: "failure", found, remedy };
}

/** How many checks came out so. */
export function count(groups: readonly CheckGroup[], verdict: Verdict): number {
  return groups.flatMap(({ checks }) => checks).filter((check) => check.verdict === verdict).length;
}
