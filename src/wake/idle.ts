import type { Peer } from "../domain/peer.ts";

/** Without a word from the client itself, a busy mark older than this is taken for a turn that Esc ended (milliseconds). */
const BUSY_MARK_LASTS = 60_000;

/**
 * So long after a turn's end its client says so (milliseconds), or never: while a subagent works in the background, 2.1.332
 * and 2.1.197 go on saying `busy` of a session that takes a message at once.
 */
const END_SETTLES = 2_000;

/** What the client says of itself, and since when (milliseconds since the epoch). */
interface Word {
  readonly status: "idle" | "busy" | "waiting";
  readonly since?: number | undefined;
}

/**
 * Whether the session would start a turn of its own for a message now. A message to a session at work would become a
 * second turn after this one, which shows the mail anyway.
 * @param word where the client can be asked
 */
export function isIdle(peer: Peer, word: Word | undefined, now: number): boolean {
  if (word === undefined) return peer.activity === "idle" || now - peer.activeAt > BUSY_MARK_LASTS;
  return word.status === "idle" || (word.status === "busy" && hasEnded(peer, word, now));
}

/** Since when no turn runs, by the client's own word; undefined where it does not say so. */
export function idleSince(word: Word | undefined): number | undefined {
  return word?.status === "idle" ? word.since : undefined;
}

/** Whether the turn that the client speaks of has ended by our hook's mark. */
export function hasEnded({ activity, activityAt }: Marks, { since }: Word, now: number): boolean {
  return activity === "idle" && since !== undefined && activityAt > since && now - activityAt > END_SETTLES;
}

type Marks = Pick<Peer, "activity" | "activityAt">;
