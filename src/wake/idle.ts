import type { Peer } from "../domain/peer.ts";

/** Without a word from the client itself, a busy mark older than this is taken for a turn that Esc ended (milliseconds). */
const BUSY_MARK_LASTS = 60_000;

/**
 * Whether the session would start a turn of its own for a message now. A message to a session at work would become a
 * second turn after this one, which shows the mail anyway.
 * @param status what the client says of itself, where it can be asked
 */
export function isIdle(peer: Peer, status: "idle" | "busy" | "waiting" | undefined, now: number): boolean {
  if (status !== undefined) return status === "idle";
  return peer.activity === "idle" || now - peer.activeAt > BUSY_MARK_LASTS;
}
