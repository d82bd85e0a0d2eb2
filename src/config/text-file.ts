import { closeSync, openSync, readSync, statSync } from "node:fs";

/** Bytes. Whatever people write by hand is far smaller. */
const LIMIT = 1_000_000;

/**
 * The text of a file that people write. Fails on anything else: a project's files come from others, and a link to a
 * device or a pipe would hold up who reads it.
 */
export function readText(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > LIMIT) refuse();
  // Files of the system's say that they are empty, and some have no end.
  const bytes = Buffer.alloc((stat.size || LIMIT) + 1);
  const file = openSync(path, "r");
  const length = readSync(file, bytes);
  closeSync(file);
  if (length === bytes.length) refuse();
  // Some editors begin a file with a mark of its encoding.
  return bytes.toString("utf8", 0, length).replace(/^\ufeff/, "");
}

function refuse(): never {
  throw new Error(`it is no file of at most ${LIMIT} bytes`);
}
