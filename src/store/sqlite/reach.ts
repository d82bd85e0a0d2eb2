import { stat } from "node:fs";
import { faulty } from "./faults.ts";

/** A look at the file that has not come back: on a dead mount it never does. */
let pending: Promise<void> | undefined;

/**
 * Makes sure that the file's file system answers. This look is made by a thread of its own: one of the process itself
 * would hold it for good, with its timers.
 * @param patience milliseconds after which it fails
 */
export async function reach(path: string, patience: number): Promise<void> {
  // Never a second one beside it: each would keep a thread, and there are four.
  pending ??= new Promise((answer) => {
    stat(path, () => {
      pending = undefined;
      answer();
    });
  });
  const silence = new Promise<never>((_, reject) => {
    setTimeout(reject, patience, faulty(path, "silent", "its file system does not answer")).unref();
  });
  await Promise.race([pending, silence]);
}

/**
 * Ends the process with code 0. Node's own `exit` waits for every thread, for ever where one hangs in the file system; to
 * become another program ends them all.
 * @param held another thread may hang, too
 */
export function endProcess(held = false): void {
  if (held || pending !== undefined) {
    // On Windows it is there, and throws.
    if (process.platform !== "win32") process.execve?.("/bin/sh", ["sh", "-c", "exit"], {});
    // Node before 22.15, and Windows: the wrong code, but in time.
    process.kill(process.pid, "SIGKILL");
  }
  process.exit(0);
}
