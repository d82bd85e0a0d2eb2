import { duration } from "./progress.ts";

/** `now`, `12 s ago`, `3 min ago`. Times are milliseconds since the epoch. */
export function ago(time: number, now: number): string {
  return now - time < 1000 ? "now" : `${duration(now - time)} ago`;
}
