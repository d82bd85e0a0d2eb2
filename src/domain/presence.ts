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

/** `thorough` compares start times even where that costs a process; `suspended` is seen on Linux only. */
export type Liveness = (key: ProcessKey, thorough?: boolean) => "alive" | "suspended" | "gone" | "unknown";

/** A process that holds an address, serves one, or waits. */
export interface KnownProcess {
  readonly process: ProcessKey;
  readonly lastSeenAt: number;
  /** It was seen to be suspended, and not yet to go on. */
  readonly suspended: boolean;
}

export interface Seen {
  readonly gone: ReadonlySet<ProcessKey>;
  /** As by Ctrl-Z: they live, and do nothing until they are resumed. */
  readonly suspended: ReadonlySet<ProcessKey>;
}

/**
 * Which processes are gone or suspended, at once where it can be seen. Where not, who is silent is gone, and who was seen to
 * be suspended still is.
 * @param now milliseconds since the epoch
 */
export function seenOf(liveness: Liveness, processes: readonly KnownProcess[], now: number): Seen {
  const gone = new Set<ProcessKey>();
  const suspended = new Set<ProcessKey>();
  for (const { process, lastSeenAt, suspended: before } of processes) {
    // Also later than now, by a clock that was set back: a live one is seen anew at its next heartbeat.
    const silent = Math.abs(now - lastSeenAt) > SILENT_AFTER;
    const life = liveness(process, silent);
    if (life === "gone" || (life === "unknown" && silent)) gone.add(process);
    else if (life === "suspended" || (life === "unknown" && before)) suspended.add(process);
  }
  return { gone, suspended };
}

/**
 * Whether a session can be asked: `active` can be shown a question and can answer it; `unreachable` lives and cannot answer,
 * for it is suspended or has no server; `inactive` is an address that no session holds.
 */
export type PeerStatus = "active" | "unreachable" | "inactive";

/** The one judgement of it, for lists, asks, waits, hooks and the doctor. */
export function statusOf({ host, server, serverDueAt, suspended }: Serving, now: number): PeerStatus {
  if (host === null) return "inactive";
  if (suspended) return "unreachable";
  if (server !== null || serverDueAt === null) return "active";
  // A clock that was set back must not make a long start of it.
  const starting = now < serverDueAt && serverDueAt - now <= 2 * SERVER_STARTS_WITHIN;
  return starting ? "active" : "unreachable";
}

/** A peer as it is once what was seen is written down. */
export function asSeen<P extends Serving>(peer: P, { gone, suspended }: Seen, now: number): P {
  const is = (all: ReadonlySet<ProcessKey>, process: ProcessKey | null) =>
    process !== null && all.has(process);
  const { host, server } = peer;
  return {
    ...peer,
    ...(is(gone, host) ? { host: null } : {}),
    ...(is(gone, server) ? { server: null, serverDueAt: now } : {}),
    suspended: is(suspended, host) || is(suspended, server),
  };
}

export type Serving = Pick<Peer, "host" | "server" | "serverDueAt" | "suspended">;
