import { spawn } from "node:child_process";

export type Env = Readonly<Record<string, string>>;

export interface RunResult {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/** Runs a program to its end with exactly this environment; kills it after `timeoutMs` milliseconds. */
export function run(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: Env; timeoutMs?: number },
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, stdio });
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 120_000);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, ms: performance.now() - start });
    });
  });
}

/** As `run`, but a failure is an error that shows both outputs. */
export async function mustRun(
  file: string,
  args: readonly string[],
  options: { cwd: string; env: Env; timeoutMs?: number },
): Promise<RunResult> {
  const result = await run(file, args, options);
  if (result.code === 0) return result;
  const line = [file, ...args].join(" ");
  throw new Error(`${line}\nended with ${result.code}\n${result.stdout}\n${result.stderr}`);
}
