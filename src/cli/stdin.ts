/** All that comes on stdin, without the line end that the shell adds. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** A text given as words, or by `-` on stdin. */
export async function textOf(words: readonly string[]): Promise<string> {
  return words.length === 1 && words[0] === "-" ? readStdin() : words.join(" ");
}
