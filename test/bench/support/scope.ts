/** What is opened in it is closed with it, the last first; it stands where a test has its context. */
export interface Scope {
  after(close: () => unknown): void;
  close(): Promise<void>;
}

export function openScope(): Scope {
  const closes: (() => unknown)[] = [];
  return {
    after: (close) => void closes.push(close),
    async close() {
      for (const close of closes.splice(0).reverse()) await close();
    },
  };
}
