import { openPause } from "../bell/pause.ts";
import type { HeardBy } from "../domain/probe.ts";
import type { LastingMesh } from "./mesh.ts";

export interface Watch {
  /** Returns when to look again at the latest (milliseconds). A look that fails is followed by others. */
  readonly look: (heardBy: HeardBy) => Promise<number>;
  /** Milliseconds between polls; those of the bell where missing. */
  readonly every?: () => number;
  /** Aborts when there is nobody left to watch over. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Looks at each ring for the peer, and at each poll. Resolves when the signal aborts. */
export async function watchOver(
  mesh: Pick<LastingMesh, "bell">,
  peerId: number,
  { look, every, signal, onError }: Watch,
): Promise<void> {
  const pause = openPause(mesh.bell, peerId, signal);
  try {
    for (let rung = false; !signal.aborted; ) {
      let next = Number.POSITIVE_INFINITY;
      try {
        next = await look(rung ? "bell" : "poll");
      } catch (error) {
        onError(error);
      }
      rung = await pause.next(next, every?.());
    }
  } finally {
    pause.close();
  }
}
