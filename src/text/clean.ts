/** Marks whose only use here would be to make text look like what it is not: controls, bidirectional and invisible ones. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
/** Whole terminal sequences go at once, or their letters would stay behind. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const TERMINAL_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Names of tags that mean something to the host or to the mesh; peers may write about them, not write them. */
const RESERVED = [
  "peer-",
  "system-",
  "user-",
  "assistant",
  "human",
  "command-",
  "local-command",
  "task-",
  "tool_",
  "function_",
  "antml",
];
/** What a reader does not see between two letters; joiners must stay elsewhere, emoji and Persian are made with them. */
const UNSEEN = "[\\p{Cf}\\p{M}\\s]*";
const RESERVED_TAG = new RegExp(
  `<(?=${UNSEEN}/?${UNSEEN}(?:${RESERVED.map((name) => [...name].join(UNSEEN)).join("|")}))`,
  "giu",
);

/** A peer's words as they may be shown: no control characters, and no tag that the reader could take for a frame. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replace(TERMINAL_SEQUENCE, "")
    .replace(INVISIBLE, "")
    .replace(RESERVED_TAG, "&lt;");
}

/** The same on one line, for tables and attributes, at most `limit` characters long. */
export function cleanLine(text: string, limit: number): string {
  return shorten(cleanText(text).replace(/\s+/g, " ").trim(), limit);
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
