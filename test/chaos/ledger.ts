import { GAVE_UP } from "../support/hook.ts";
import type { Called } from "../support/server.ts";
import type { Showing } from "./showing.ts";
import type { Victim } from "./victims.ts";

/** Whether the mesh said that it has it; `unknown` where a kill came before its word. */
export type Outcome = "acknowledged" | "refused" | "unknown";

/** A question that was sent: how many of it there must be, and the ids that were given for it. */
export interface SentAsk {
  readonly body: string;
  /** The asker's. */
  readonly project: string;
  /** Undefined where everybody was asked, whoever that is. */
  readonly recipients: number | undefined;
  /** The asker takes back what nobody has seen when it has one answer. */
  readonly takesBack: boolean;
  ids: readonly string[];
  outcome: Outcome;
  /** Why it was refused, where it was. */
  error?: string | undefined;
}

/** An answer that was sent. */
export interface SentReply {
  readonly question: string;
  readonly answer: string;
  outcome: Outcome;
}

/** A showing as the session's client has seen it. */
export interface Seen extends Showing {
  /** Who wrote it. A process that was killed may have died before it noted that it did. */
  readonly by: Victim;
  /** The client that read it, and its session's project. */
  readonly client: Victim;
  readonly project: string;
  /** Its hook gave up after it had written this: the mesh does not know that it was shown. */
  readonly unheard: boolean;
  /** The session had asked for this very text. */
  readonly requested: boolean;
  /** When what wrote it began (milliseconds), and when it was seen. */
  readonly from: number;
  readonly at: number;
  /** The call or the hook that showed it, in words. */
  readonly how: string;
  /** Its turn was not seen to go on with it yet. */
  tentative: boolean;
}

/** What the clients know, to hold the database against. */
export interface Ledger {
  readonly asks: SentAsk[];
  readonly replies: SentReply[];
  readonly seen: Seen[];
  /** The project whose session each question was for when it was acknowledged. */
  readonly askedOf: Map<string, string>;
  /** What has begun and not ended: calls, hooks, starts and ends of clients. */
  readonly underWay: Set<string>;
  /** Calls that neither returned nor were cut off by a kill. */
  readonly stuck: string[];
  /** Names of another project's own that a session got. */
  readonly stolen: string[];
  /** Calls and hooks, by name. */
  readonly operations: Map<string, number>;
  /** What was done to projects and to names, and how often. */
  readonly changes: Map<string, number>;
  /** How many were cut off by a kill. */
  cutOff: number;
  /** Why calls were refused, as a law says. */
  refused: number;
  /** Hooks that gave up rather than hold up their session, as on a machine that stands still for a second. */
  overdue: number;
  /** Errors that no law explains. */
  readonly faults: string[];
}

export function makeLedger(): Ledger {
  return {
    asks: [],
    replies: [],
    seen: [],
    askedOf: new Map(),
    underWay: new Set(),
    stuck: [],
    stolen: [],
    operations: new Map(),
    changes: new Map(),
    cutOff: 0,
    refused: 0,
    overdue: 0,
    faults: [],
  };
}

/** The ids in the result of an ask. */
export function idsOf(called: Called): string[] {
  return [called, ...(called.answers ?? [])].flatMap(({ question_id }) => question_id ?? []);
}

const REFUSALS =
  /There is no peer named|" is now "|is held by the live session|is the own name of the project|is this session itself|No other session is live|that it has not read|You cannot wait now|was asked (of|by) another session|already|was taken back|has expired|would hang on|the client has ended/;

export function noteError(ledger: Ledger, what: string, error: string): void {
  if (error.includes("is the own name of")) countIn(ledger.changes, "names not got");
  if (REFUSALS.test(error)) ledger.refused++;
  else if (GAVE_UP.test(error)) ledger.overdue++;
  else ledger.faults.push(`${what}: ${error}`);
}

export function countIn(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** Notes what has begun until it ends. */
export async function noted<T>({ underWay }: Ledger, what: string, run: () => Promise<T>): Promise<T> {
  const begun = `${what}, begun at ${Math.round(performance.now())} ms`;
  underWay.add(begun);
  try {
    return await run();
  } finally {
    underWay.delete(begun);
  }
}
