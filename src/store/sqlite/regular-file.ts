import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** Whether a path leads to a file of at most so many bytes. Anything else would hold up who opens it, such as a pipe, or never end. */
export function isRegular(path: string, limit: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= limit;
}

/** The bytes of such a file. Fails on anything else. */
export function readRegular(path: string, limit: number): Buffer {
  // Before it is opened, too: some devices do something when they are.
  if (!isRegular(path, limit)) refuse(path, limit);
  const file = openSync(path, "r");
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > limit) refuse(path, limit);
    // One byte more: a file of the system's says that it is empty, and may have no end.
    const bytes = Buffer.allocUnsafe(stat.size + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > stat.size) refuse(path, limit);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function refuse(path: string, limit: number): never {
  throw new Error(`${path} is no file of at most ${limit} bytes`);
}
