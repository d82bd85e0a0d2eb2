/** When a session counts as gone, and when it can be asked. */
import type { Peer, ProcessKey } from "./peer.ts";

/** How often a server gives a sign of life (milliseconds). */
export const HEARTBEAT_EVERY = 10_000;
/** Without a sign of life for so long, a peer whose process cannot be seen from here counts as gone (milliseconds). */
const SILENT_AFTER = 3 * HEARTBEAT_EVERY;
/** A session's server may join so long after its hooks (milliseconds): clients start both at once, in any order. */
export const SERVER_STARTS_WITHIN = 10_000;

/** In a process's key, in the place of its start time: that could not be seen. */
export const UNSEEN = "?";

/** Whether two keys name one process: a start time that could not be seen is no other one. */
export function sameProcess(a: ProcessKey, b: ProcessKey): boolean {
  const [pid, start, space] = a.split("@");
  const [otherPid, otherStart, otherSpace] = b.split("@");
  const sameStart = start === otherStart || start === UNSEEN || otherStart === UNSEEN;
  return pid === otherPid && space === otherSpace && sameStart;
}

/** `thorough` compares start times even where that costs a process. */
export type Liveness = (key: ProcessKey, thorough?: boolean) => "alive" | "gone" | "unknown";

/**
 * The processes that are gone, of those that hold an address or a wait: at once where it can be seen, else after a silence.
 * @param now milliseconds since the epoch
 */
export function goneOf(
  liveness: Liveness,
  processes: readonly { readonly process: ProcessKey; readonly lastSeenAt: number }[],
  now: number,
): ProcessKey[] {
  const gone = processes.filter(({ process, lastSeenAt }) => {
    // Also later than now, by a clock that was set back: a live one is seen anew at its next heartbeat.
    const silent = Math.abs(now - lastSeenAt) > SILENT_AFTER;
    const life = liveness(process, silent);
    return life === "gone" || (life === "unknown" && silent);
  });
  return gone.map(({ process }) => process);
}

/**
 * Whether a session can be asked: `active` can be shown a question and can answer it; `unreachable` lives without a server
 * to answer with; `inactive` is an address that no session holds.
 */
export type PeerStatus = "active" | "unreachable" | "inactive";

/** The one judgement of it, for lists, asks, waits, hooks and the doctor. */
export function statusOf({ host, server, serverDueAt }: Serving, now: number): PeerStatus {
  if (host === null) return "inactive";
  if (server !== null || serverDueAt === null) return "active";
  // A clock that was set back must not make a long start of it.
  const starting = now < serverDueAt && serverDueAt - now <= 2 * SERVER_STARTS_WITHIN;
  return starting ? "active" : "unreachable";
}

/** The same as it is once those that are gone are buried. */
export function statusWithout(gone: ReadonlySet<ProcessKey>, peer: Serving, now: number): PeerStatus {
  const { host, server } = peer;
  if (host !== null && gone.has(host)) return "inactive";
  const ended = server !== null && gone.has(server);
  return statusOf(ended ? { ...peer, server: null, serverDueAt: now } : peer, now);
}

export type Serving = Pick<Peer, "host" | "server" | "serverDueAt">;
