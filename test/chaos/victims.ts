import { liveness, processKey } from "../../src/config/process.ts";
import type { ProcessKey } from "../../src/domain/peer.ts";
import type { Kind } from "./plan.ts";

/** One process of the run. */
export interface Victim {
  readonly pid: number;
  readonly kind: Kind;
  /** It was killed with `kill -9`. */
  readonly killed: boolean;
  readonly gone: Promise<void>;
}

/** Every process that the run has started. */
export interface Victims {
  add(kind: Kind, pid: number): Victim;
  /** It is about to end, or has ended, by itself. */
  ended(victim: Victim): void;
  live(kind: Kind): Victim[];
  find(pid: number): Victim | undefined;
  kill(victim: Victim): boolean;
  /** A request was sent to it, or it is a hook that has started. */
  begins(victim: Victim): void;
  /** Resolves when that process, or else any, begins something. */
  nextOperation(victim?: Victim): Promise<void>;
  /** How many of each kind were started. */
  started(kind: Kind): number;
  /** The processes that still live, of all that there were. */
  left(): number[];
}

export function makeVictims(): Victims {
  const all: Entry[] = [];
  const living = new Map<number, Entry>();
  const anyone: (() => void)[] = [];
  const drop = (pid: number) => {
    const entry = living.get(pid);
    living.delete(pid);
    entry?.die();
    release(entry?.listeners);
  };
  return {
    add(kind, pid) {
      const { promise: gone, resolve: die } = Promise.withResolvers<void>();
      const entry: Entry = {
        victim: { pid, kind, killed: false, gone },
        key: processKey(pid),
        die,
        listeners: [],
      };
      all.push(entry);
      living.set(pid, entry);
      return entry.victim;
    },
    ended: ({ pid }) => drop(pid),
    live: (kind) => [...living.values()].map(({ victim }) => victim).filter((one) => one.kind === kind),
    find: (pid) => living.get(pid)?.victim,
    kill({ pid }) {
      const entry = living.get(pid);
      // Its pid may be another's by now.
      if (entry === undefined || liveness(entry.key) !== "alive") return false;
      process.kill(pid, "SIGKILL");
      entry.victim.killed = true;
      drop(pid);
      return true;
    },
    begins({ pid }) {
      release(living.get(pid)?.listeners);
      release(anyone);
    },
    nextOperation(victim) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const listeners = victim === undefined ? anyone : living.get(victim.pid)?.listeners;
      if (listeners === undefined) resolve();
      else listeners.push(resolve);
      return promise;
    },
    started: (kind) => all.filter(({ victim }) => victim.kind === kind).length,
    left: () => all.filter(({ key }) => liveness(key) === "alive").map(({ victim }) => victim.pid),
  };
}

interface Entry {
  readonly victim: { -readonly [Key in keyof Victim]: Victim[Key] };
  readonly key: ProcessKey;
  readonly die: () => void;
  readonly listeners: (() => void)[];
}

function release(listeners: (() => void)[] | undefined): void {
  for (const go of listeners?.splice(0) ?? []) go();
}
