import { readFileSync, statSync } from "node:fs";

/** Bytes. Whatever people write by hand is far smaller. */
const LIMIT = 1_048_576;

/**
 * The text of a file that people write. Fails on anything else: a project's files come from others, and a link to a
 * device or a pipe would hold up who reads it.
 */
export function readText(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > LIMIT) throw new Error(`it is no file of at most ${LIMIT} bytes`);
  // Some editors begin a file with a mark of its encoding.
  return readFileSync(path, "utf8").replace(/^\ufeff/, "");
}
