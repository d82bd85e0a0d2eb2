import type { HostWord } from "../config/host.ts";
import type { Bell, Ringer } from "../domain/bell.ts";
import type { ProcessKey } from "../domain/peer.ts";
import type { Liveness } from "../domain/presence.ts";
import type { Receipt } from "../domain/question.ts";
import type { Mailbox, Store, Turns } from "../domain/store.ts";
import type { TurnSign } from "../domain/turn.ts";
import type { News } from "../text/notice.ts";

/** What every use case works with, and as much of the store as it needs. */
export interface Mesh<Needed> {
  readonly store: Needed;
  readonly bell: Ringer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** This process, as the holder of waits. */
  readonly process: ProcessKey;
  /** Whether a process still lives; `unknown` where it cannot be seen from here. */
  readonly liveness: Liveness;
}

/** The same for a process that lasts: it hears the bell, and asks the clients of sessions. */
export interface LastingMesh<Needed = Store> extends Mesh<Needed> {
  readonly bell: Bell;
  /** What a client says of its session, where it can be asked; `waiting` stands at a permission question. */
  readonly hostStatus: (host: ProcessKey) => HostWord | undefined;
}

/** A result, and what counts as shown once it was written. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly receipt?: Receipt;
  /** The peers' words in it, whole and in their fences, for a model. */
  readonly text?: string;
  /** Questions in the result that nothing else tells the person of. */
  readonly news?: News;
  /** A text to give instead of the result, for a caller that is no model. */
  readonly only?: string;
}

/** A sign of a session's turn was seen. */
export async function noteTurn(mesh: Mesh<Turns>, peer: number, sign: TurnSign): Promise<void> {
  for (const other of await mesh.store.turnSeen(peer, sign)) mesh.bell.ring(other);
}

/** The output that carried it was written. */
export async function confirmShown(mesh: Mesh<Mailbox>, receipt: Receipt): Promise<void> {
  for (const peer of await mesh.store.confirm(receipt, mesh.now())) mesh.bell.ring(peer);
}
