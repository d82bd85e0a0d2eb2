import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scope } from "./scope.ts";

export interface Helper {
  readonly pid: number;
  /** Ends it; what it wrote before has been heard then. */
  close(): Promise<void>;
}

/** Starts a script of this folder beside what is measured; resolves with its first line, which says that it works. */
export async function startHelper(
  scope: Scope,
  file: string,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<Helper> {
  const path = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"], env: {} });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const { promise: works, resolve, reject } = Promise.withResolvers<void>();
  void ended.then(() => reject(new Error(`${file} ended at once`)));
  createInterface(child.stdout).on("line", (line) => {
    onLine(line);
    resolve();
  });
  const close = () => {
    child.stdin.end();
    return ended;
  };
  scope.after(close);
  await works;
  return { pid: child.pid ?? 0, close };
}
