import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";

/** Bytes. Whatever people write by hand is far smaller. */
const LIMIT = 1_000_000;

/**
 * The text of a file that people write, such as the client's own settings, which may be links: those who keep their settings
 * in a repository make them so. Fails on anything else than a file, for a device or a pipe would hold up who reads it.
 */
export function readText(path: string): string {
  return toText(readBytes(path));
}

/** The same, as bytes. */
export function readBytes(path: string): Buffer {
  return read(path, statSync(path), 0);
}

/**
 * The same for a file of a project, which comes from others. It is no link: one to a file outside the project would have that
 * file's words shown to who may not read it.
 */
export function readProjectText(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink())
    throw new Error("it is a symbolic link, which is not followed; make it a file of its own");
  // Windows has no such flag.
  return toText(read(path, stat, constants.O_NOFOLLOW ?? 0));
}

/** Some editors begin a file with a mark of its encoding. */
function toText(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

function read(path: string, before: Stats, flags: number): Buffer {
  // Before it is opened: some devices do something when they are.
  if (!before.isFile()) refuse();
  const file = openSync(path, constants.O_RDONLY | flags);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > LIMIT) refuse();
    // Files of the system's say that they are empty, and some have no end.
    const bytes = Buffer.alloc((stat.size || LIMIT) + 1);
    const length = readSync(file, bytes);
    if (length === bytes.length) refuse();
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function refuse(): never {
  throw new Error(`it is no file of at most ${LIMIT} bytes`);
}
