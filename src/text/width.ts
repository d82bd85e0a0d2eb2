let segmenter: Intl.Segmenter | undefined;
const ONE_EACH = /^[ -~]*$/;
/** What terminals draw as one picture, two columns wide. `\p{RGI_Emoji}` would say it too, but takes V8 15 ms to compile. */
const PICTURE =
  /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}|\p{Regional_Indicator})/u;
/** What takes two columns besides (UAX #11): East Asian scripts with their signs, and full-width forms. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Me}\p{Mn}]/gu;

/** Making a segmenter takes 8 ms, and plain text needs none. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** How many columns of a terminal the text takes: two for wide characters and emoji, none for combining marks. */
export function columnsOf(text: string): number {
  if (ONE_EACH.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemesOf(text)) columns += graphemeColumns(segment);
  return columns;
}

function graphemeColumns(grapheme: string): number {
  if (PICTURE.test(grapheme)) return 2;
  const seen = grapheme.replace(UNSEEN, "");
  if (seen === "") return 0;
  return WIDE.test(seen) ? 2 : 1;
}

/** The text in at most so many columns, the last of them an ellipsis where something was cut off at that end. */
export function fit(text: string, columns: number, from: "end" | "start" = "end"): string {
  if (columnsOf(text) <= columns) return text;
  const parts = [...graphemesOf(text)].map(({ segment }) => segment);
  if (from === "start") parts.reverse();
  const kept: string[] = [];
  let left = columns - 1;
  for (const part of parts) {
    left -= graphemeColumns(part);
    if (left < 0) break;
    kept.push(part);
  }
  if (columns < 1) return "";
  return from === "start" ? `…${kept.reverse().join("")}` : `${kept.join("")}…`;
}

/** The lines of a text, each in at most so many columns, broken between words where that can be. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(2, columns)));
}

/** Each character is measured once: a peer's text must not hold up who reads it. */
function wrapLine(line: string, columns: number): string[] {
  if (columnsOf(line) <= columns) return [line.trimEnd()];
  const lines: string[] = [];
  let current = "";
  let used = 0;
  for (const word of line.split(/(?<=\s)(?=\S)/)) {
    const bare = word.trimEnd();
    const own = columnsOf(bare);
    if (used + own <= columns) {
      current += word;
      used += own + columnsOf(word.slice(bare.length));
      continue;
    }
    if (current.trim() !== "") lines.push(current.trimEnd());
    const pieces = own <= columns ? [word] : chop(word, columns);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? "";
    used = columnsOf(current);
  }
  return [...lines, current.trimEnd()];
}

/** A word that is longer than a line, in pieces. */
function chop(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const { segment } of graphemesOf(word)) {
    const own = graphemeColumns(segment);
    if (used + own > columns) {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += segment;
    used += own;
  }
  return [...pieces, piece];
}
