/**
 * A hint from one process to another that something changed for a peer. Every ring may be lost, and one may come for
 * nothing: whoever hears it looks into the store.
 */
export interface Ringer {
  ring(peer: number): void;
}

/** The same for who also hears it. */
export interface Bell extends Ringer {
  /** Calls back on each ring for the peer; the returned function stops that. */
  listen(peer: number, onRing: () => void): () => void;
  /** Milliseconds between looks into the store, with the bell as it is. */
  readonly pollEvery: number;
  close(): void;
}
