import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** What a shell expects of a program that the signal ended; undefined where none came. */
  exitCode(): number | undefined;
  /** The signals end the process again by themselves. */
  stop(): void;
}

/** Turns the signals that end a program into an abort. The second one ends the process at once. */
export function interruptible(): Interrupt {
  const abort = new AbortController();
  let code: number | undefined;
  const onSignal = (name: (typeof SIGNALS)[number]) => {
    const own = 128 + constants.signals[name];
    if (code !== undefined) process.exit(own);
    code = own;
    abort.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: abort.signal,
    exitCode: () => code,
    stop() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
