import type { Bell } from "../domain/bell.ts";

/**
 * Resolves at the first of: a ring for the peer, the next poll, `atMost` milliseconds, an abort. A ring between two
 * pauses would be lost, so the listener is set up once, by `openPause`, and remembers it.
 */
export interface Pause {
  /** Resolves to whether it was a ring. */
  next(atMost: number): Promise<boolean>;
  close(): void;
}

export function openPause(bell: Bell, peer: number, signal?: AbortSignal): Pause {
  let rung = false;
  let wake = () => {};
  const onRing = () => {
    rung = true;
    wake();
  };
  const stopListening = bell.listen(peer, onRing);
  signal?.addEventListener("abort", onRing, { once: true });
  return {
    async next(atMost) {
      if (!rung && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, Math.min(bell.pollEvery, atMost)));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const heard = rung;
      rung = false;
      return heard;
    },
    close() {
      stopListening();
      signal?.removeEventListener("abort", onRing);
    },
  };
}
