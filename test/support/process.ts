import { spawn } from "node:child_process";
import { must } from "./until.ts";

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** From start to end, in milliseconds. */
  readonly ms: number;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly node?: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Finished>;
  /** What it has written to stdout so far. */
  output(): string;
  /** Stops reading its output, as `head` does when it has enough. */
  closeOutput(): void;
  kill(signal: NodeJS.Signals): Promise<Finished>;
}

/** Runs a file with Node to its end. A process that does not end is killed after two minutes. */
export async function runNode(args: readonly string[], options: RunOptions): Promise<Finished> {
  return startNode(args, options).ended;
}

/**
 * Starts a file with Node.
 * @param limit milliseconds after which it is killed; a bound for what is broken
 */
export function startNode(args: readonly string[], options: RunOptions, limit = 120_000): Running {
  const start = performance.now();
  const { env, cwd, node = process.execPath } = options;
  const child = spawn(node, args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
    timeout: limit,
    killSignal: "SIGKILL",
  });
  const chunks = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (chunks.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (chunks.stderr += text));
  // It may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const ended = closed.then((code) => ({ ...chunks, code, ms: performance.now() - start }));
  return {
    pid: child.pid ?? 0,
    ended,
    output: () => chunks.stdout,
    closeOutput: () => void child.stdout.destroy(),
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export interface Sleeper {
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A process that does nothing until it is killed, or until the test process is gone. */
export function startSleeper(): Sleeper {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume().on('end', () => process.exit())"], {
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: must(child.pid, "the process id"),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
