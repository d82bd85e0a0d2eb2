/**
 * Whole terminal sequences go at once, or their letters would stay behind; a title or a device string ends with its line.
 * Only those that begin with an escape: the same in one character (C1) stand in any text that was decoded wrongly, such as
 * a quotation mark's last byte, and taking the character out is enough.
 */
const TERMINAL_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b(?:[ -/]+[0-~]|[@-Z\\])/g;
/** What ends a line somewhere: without it, two lines of code would be one. */
const LINE_END = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** Letters and vowel signs of the scripts that join or stack theirs, from Arabic to Myanmar and in the blocks after these. */
const JOINING =
  "(?!\\p{DI})(?=[\\p{L}\\p{M}])[\\u0600-\\u109f\\u1700-\\u1cff\\ua800-\\uabff\\u{10800}-\\u{11fff}\\u{1e900}-\\u{1e95f}]";
const MONGOLIAN = "[\\u1820-\\u18aa]";
/**
 * Where a mark without ink shapes what a reader sees: one, behind what takes it. Anywhere else, or in rows, it can only
 * carry hidden words.
 */
const SHAPING = [
  `(?<=${JOINING})[\\u200c\\u200d]`,
  `(?<=${MONGOLIAN})[\\u180b-\\u180f]`,
  `(?<=${MONGOLIAN}[\\u180b-\\u180d\\u180f])[\\u180e\\u200c\\u200d]`,
  // Families and other emoji made of several, with their variants; keys.
  "(?<=[\\p{ExtPict}\\p{EMod}]\\ufe0f?)\\u200d(?=\\p{ExtPict})",
  "(?<=(?![#*0-9])\\p{Emoji})[\\ufe0e\\ufe0f]",
  "(?<=[#*0-9])[\\ufe0e\\ufe0f](?=\\u20e3)",
  // Names in Japan have up to 32 variants of a letter; the numbers above are free for secrets.
  "(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e011f}]",
];
/** Controls, and what has no ink (Unicode's Default_Ignorable_Code_Point): it hides or turns text. */
const INVISIBLE = new RegExp(`(?![\\t\\n]|${SHAPING.join("|")})[\\p{Cc}\\p{DI}\\ufff9-\\ufffb]`, "gu");

/** What begins a tag: an angle bracket before a name, or before what ends or declares one. */
const TAG = /<(?=[\s\p{M}\p{Cf}]*[\p{L}/\\!?])/gu;

/** A peer's words as they may be shown in a fence: nothing that steers a terminal, hides or turns text. Code stays as it is. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(LINE_END, "\n").replace(TERMINAL_SEQUENCE, "").replace(INVISIBLE, "");
}

/** The same on one line, at most `limit` characters long: for a person, and for a view that is fenced as a whole. */
export function oneLine(text: string, limit: number): string {
  return shorten(cleanText(text).replace(/\s+/g, " ").trim(), limit);
}

/** One line that a model may read outside of any fence, such as a summary or a path: no tag can be in it. */
export function cleanLine(text: string, limit: number): string {
  return shorten(cleanText(text).replace(/\s+/g, " ").trim().replace(TAG, "&lt;"), limit);
}

/** Cuts to `limit` characters, the last of them an ellipsis; never inside a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${cut(text, limit - 1)}…`;
}

/** The first `limit` characters, one fewer where the last would be half a pair. */
export function cut(text: string, limit: number): string {
  const head = text.slice(0, Math.max(0, limit));
  return head.isWellFormed() ? head : head.slice(0, -1);
}
