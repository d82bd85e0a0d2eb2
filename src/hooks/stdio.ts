/**
 * stdin and stdout without Node's streams, which load all that speaks to sockets: a tenth of a hook's time. Where a pipe
 * does not wait (EAGAIN), the streams serve.
 */
import { read, writeSync } from "node:fs";
import { endProcess } from "../store/sqlite/reach.ts";

const CHUNK = 65_536;

let reading = false;

/** All that the host writes. A thread of its own waits for it, so that a deadline's timer runs meanwhile. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  reading = true;
  try {
    for (let chunk = await readChunk(); chunk.length > 0; chunk = await readChunk()) chunks.push(chunk);
  } catch (error) {
    if (!wouldWait(error)) throw error;
    reading = false;
    for await (const chunk of process.stdin) chunks.push(chunk);
  }
  reading = false;
  return Buffer.concat(chunks).toString("utf8");
}

function readChunk(): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  return new Promise((resolve, reject) => {
    read(0, buffer, 0, CHUNK, null, (error, count) =>
      error === null ? resolve(buffer.subarray(0, count)) : reject(error),
    );
  });
}

/** Resolves when the host's end has the whole text. */
export async function writeOutput(text: string): Promise<void> {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    if (!wouldWait(error)) throw error;
    await new Promise<void>((resolve, reject) => {
      process.stdout.once("error", reject);
      process.stdout.write(rest, (failed) => (failed ? reject(failed) : resolve()));
    });
  }
}

function wouldWait(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** Ends the process with code 0, also while a thread still waits for stdin. */
export function endHook(): void {
  endProcess(reading);
}
