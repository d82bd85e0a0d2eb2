/** Anything that says when it is over: a test, or a part of the benchmark. */
export interface Lifetime {
  after(close: () => Promise<void>): void;
}
