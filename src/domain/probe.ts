/**
 * A test question: a peer's server answers it by itself, no model sees it, and it counts for nothing else. Times are
 * microseconds of the machine's clock that never jumps, the same for all its processes.
 */

export type HeardBy = "bell" | "poll";

/** What the server that was asked says of it. */
export interface ProbeSeen {
  readonly seenAt: number;
  readonly heardBy: HeardBy;
  /** How a question that came at this moment would be shown. */
  readonly way: string;
}

export interface Probe extends ProbeSeen {
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** How a question would come before the peer's model now. */
export type Way =
  /** A call of the session waits; the question ends it. */
  | "wait"
  /** A turn runs: in it, or at its end. */
  | "turn"
  /** A wake by the session's own inbox, by the waker that a hook left behind; the next prompt. */
  | "socket"
  | "rewake"
  | "prompt"
  /** The next prompt, for the user's settings keep other sessions' messages out. */
  | "refused"
  /** The client has no hooks: when its model next calls a tool of the mesh. */
  | "inbox";

export interface WayFacts {
  readonly hooks: boolean;
  readonly waiting: boolean;
  readonly idle: boolean;
  readonly inbound: boolean;
  readonly socket: boolean;
  readonly waker: boolean;
}

export function wayToShow({ hooks, waiting, idle, inbound, socket, waker }: WayFacts): Way {
  if (waiting) return "wait";
  if (!hooks) return "inbox";
  if (!idle) return "turn";
  if (!inbound) return "refused";
  return socket ? "socket" : waker ? "rewake" : "prompt";
}
