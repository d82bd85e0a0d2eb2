/** Parts of a Markdown file that a script writes: `<!-- tools -->` … `<!-- /tools -->`. */

/** The text with each named part replaced; fails where its markers do not stand exactly once. */
export function withParts(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((written, [name, part]) => withPart(written, name, part), text);
}

function withPart(text: string, name: string, part: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest, ...more] = text.split(open);
  const [, after, ...most] = (rest ?? "").split(close);
  if (before === undefined || after === undefined || more.length > 0 || most.length > 0) {
    throw new Error(`"${open}" and "${close}" must stand once each, in this order`);
  }
  return `${before}${open}\n\n${part.trim()}\n\n${close}${after}`;
}

/** A Markdown table; a cell may hold line breaks, bars and angle brackets. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => plain(text).replaceAll("|", "\\|").replaceAll("\n", "<br>");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Angle brackets are HTML everywhere but inside backticks. */
function plain(text: string): string {
  const parts = text.split("`");
  return parts.map((part, at) => (at % 2 === 0 ? part.replaceAll("<", "&lt;") : part)).join("`");
}

export const code = (text: string) => `\`${text}\``;
