/** When an idle session is woken: one wake at a time, rung by rung. */
import type { WakeRung } from "./peer.ts";

/** A wake that has led to no showing within this has failed (milliseconds). */
export const WAKE_LEASE = 5_000;

export interface WakeUnderWay {
  readonly rung: string;
  readonly since: number;
  /** It is the second try of its rung. */
  readonly again: boolean;
}

/**
 * Whether a rung may be tried now. While a wake is under way, none may; after one that failed, the next rung may, or the
 * same one more, or any that finds something newer.
 * @param newest when the newest thing came that waits
 */
export function mayWake(
  last: WakeUnderWay | undefined,
  rung: WakeRung,
  newest: number,
  now: number,
): boolean {
  if (last === undefined) return true;
  if (last.since > now - WAKE_LEASE) return false;
  if (newest > last.since) return true;
  return rung === last.rung ? !last.again : last.rung === "socket" && rung === "rewake";
}
