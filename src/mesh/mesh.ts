import type { HostWord } from "../config/host.ts";
import type { Bell, Ringer } from "../domain/bell.ts";
import type { Peer, ProcessKey } from "../domain/peer.ts";
import type { Liveness } from "../domain/presence.ts";
import type { Receipt } from "../domain/question.ts";
import type { Mailbox, Registry, SignDetails, Store, Turns } from "../domain/store.ts";
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

/**
 * A sign of a turn was seen.
 * @param turn the client's name for the session's turn, where it tells it. If that is another than the last one's, a turn
 * began meanwhile: no hook tells of one that the client starts with a line that was typed in the turn before.
 */
export async function noteTurn(
  mesh: Mesh<Registry & Turns>,
  { id: peer, turn: last }: Peer,
  sign: TurnSign,
  { turn, ...more }: SignDetails & { readonly turn?: string | undefined } = {},
): Promise<void> {
  const seen = async (one: TurnSign, details?: SignDetails) => {
    for (const other of await mesh.store.turnSeen(peer, one, details)) mesh.bell.ring(other);
  };
  if (turn && turn !== last) {
    await mesh.store.touch({ peer, turn, now: mesh.now() });
    if (sign !== "prompt") await seen("prompt");
  }
  await seen(sign, more);
}

/** The output that carried it was written. */
export async function confirmShown(mesh: Mesh<Mailbox>, receipt: Receipt): Promise<void> {
  for (const peer of await mesh.store.confirm(receipt, mesh.now())) mesh.bell.ring(peer);
}
