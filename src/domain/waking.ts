/** When an idle session is woken: one wake at a time, rung by rung. */
import { BYPASS, type Peer, type WakeRung } from "./peer.ts";

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
  // One that began later than now began before the clock was set back.
  if (last === undefined || last.since > now + WAKE_LEASE) return true;
  if (last.since > now - WAKE_LEASE) return false;
  if (newest > last.since) return true;
  return rung === last.rung ? !last.again : last.rung === "socket" && rung === "rewake";
}

/**
 * How far a session's own inbox socket is to be used: `first`; `last`, only where no waker lives, since it failed before;
 * or `never`, since a client that bypasses permissions holds its own message behind a dialog in the user's face.
 * @param startMode the permission mode that the session was started in, until a hook names the one of the moment
 */
export function socketUse(
  { permissionMode, wake }: Pick<Peer, "permissionMode" | "wake">,
  startMode: string | undefined,
): "first" | "last" | "never" {
  if ((permissionMode ?? startMode) === BYPASS) return "never";
  return wake === "rewake" || wake === "prompt" ? "last" : "first";
}
