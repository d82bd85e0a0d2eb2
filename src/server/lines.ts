/**
 * Longest line that is read, in bytes: the largest body with every byte of it escaped as JSON takes 393,216, and an
 * answer that is twice too long shall still hear so from the tool. What is longer would only fill the memory.
 */
export const LINE_LIMIT = 1_048_576;
/** So much of a line that is too long is kept of either end (bytes): there stands the id of the call. */
const END_KEPT = 256;

/** Puts chunks together to lines; of one that is too long, `onLong` gets both ends. Holds LINE_LIMIT bytes at most. */
export function readLines(onLine: (line: string) => void, onLong: (head: string, tail: string) => void) {
  let parts: Buffer[] = [];
  let length = 0;
  let head: string | undefined;

  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length <= LINE_LIMIT) return;
    const line = Buffer.concat(parts);
    head ??= line.toString("utf8", 0, END_KEPT);
    // A copy: a part of the line would keep all of it.
    parts = [Buffer.from(line.subarray(-END_KEPT))];
    // Over the limit still, so that each further part is dropped at once.
    length = LINE_LIMIT;
  };
  const end = () => {
    const text = Buffer.concat(parts).toString("utf8");
    const start = head;
    [parts, length, head] = [[], 0, undefined];
    if (start === undefined) onLine(text);
    else onLong(start, text);
  };

  return (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at));
      end();
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  };
}
