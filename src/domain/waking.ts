/** When an idle session is woken: one wake at a time, rung by rung. */
import type { WakeRung } from "./peer.ts";

/** A wake that has led to no showing within this has failed (milliseconds). */
export const WAKE_LEASE = 5_000;

export interface WakeUnderWay {
  readonly rung: string;
  readonly since: number;
}

/**
 * Whether a rung may be tried now. While a wake is under way, none may; after one that failed, the next rung may, or
 * any that finds something newer than it.
 * @param newest when the newest thing came that waits
 */
export function mayWake(last: WakeUnderWay | undefined, rung: WakeRung, newest: number, now: number): boolean {
  if (last === undefined) return true;
  if (last.since > now - WAKE_LEASE) return false;
  return newest > last.since || (last.rung === "socket" && rung === "rewake");
}
