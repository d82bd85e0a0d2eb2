import type { Peer } from "../../../src/domain/peer.ts";
import type { Receipt } from "../../../src/domain/question.ts";
import type { WaitingCall } from "../../../src/domain/store.ts";
import { callOf, type Stage } from "../stage.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** A project, whatever its folder and its name are at the moment. */
export interface Project {
  baseName: string;
  projectPath: string;
  /** What names the folder itself. */
  folder: string;
}

/** A call that waits: whose, for which questions, and for how many answers. */
export interface Waiting {
  readonly peer: Peer;
  readonly by: WaitingCall;
  readonly questions: readonly number[];
  readonly need: number;
}

/** The sessions of one random run, and what is in their hands. */
export interface Play {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly live: Map<number, Peer>;
  /** The project of each session there ever was, by its address. */
  readonly projects: Map<number, Project>;
  /** The project of each path that one ever had. */
  readonly paths: Map<string, Project>;
  /** The calls that wait, by their ids; a session may have several. */
  readonly waiting: Map<string, Waiting>;
  /** A new call of that session. */
  call(peer: Peer): WaitingCall;
  anyone(): Peer | undefined;
  /** Keeps what a process took, to confirm or release it in a later step. */
  keep(receipt: Receipt): void;
  /** One of the kept receipts, which is no longer kept. */
  draw(): Receipt | undefined;
  /** The session's processes have ended: what they took is never confirmed. */
  isOver(peer: Peer): void;
}

export interface Step {
  /** How often it is taken, compared with the others. */
  readonly weight: number;
  run(): Promise<void>;
}

export function makePlay(stage: Stage, ledger: Ledger, random: Random): Play {
  const live = new Map<number, Peer>();
  const projects = new Map<number, Project>();
  const paths = new Map<string, Project>();
  const waiting = new Map<string, Waiting>();
  let calls = 0;
  let receipts: Receipt[] = [];
  return {
    stage,
    ledger,
    random,
    live,
    projects,
    paths,
    waiting,
    call: (peer) => callOf(peer, ++calls),
    anyone: () => random.pick([...live.values()]),
    keep: (receipt) => void receipts.push(receipt),
    draw: () => receipts.splice(random.whole(receipts.length), 1)[0],
    isOver(peer) {
      live.delete(peer.id);
      for (const [id, call] of waiting) if (call.peer.id === peer.id) waiting.delete(id);
      receipts = receipts.filter((receipt) => receipt.peer !== peer.id);
    },
  };
}
