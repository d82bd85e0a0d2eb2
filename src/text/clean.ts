/** Whole terminal sequences go at once, or their letters would stay behind; a title or a device string ends with its line. */
const TERMINAL_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b(?:[ -/]+[0-~]|[@-Z\\])/g;
/** Marks that shape the letter or the emoji before them: joiners of Persian, Indic scripts and families; variants. */
const SHAPING = "\\u180b-\\u180d\\u180f\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}";
/** Controls, and what has no ink (Unicode's Default_Ignorable_Code_Point): here it can only hide or turn text. */
const INVISIBLE = new RegExp(`(?![\\t\\n${SHAPING}])[\\p{Cc}\\p{DI}\\u2028\\u2029\\ufff9-\\ufffb]`, "gu");
/** More than two of them, or one with nothing to shape: rows of them carry secret words. */
const STRAY = new RegExp(`(?<!(?![${SHAPING}])[#*0-9\\x80-\\u{10ffff}][${SHAPING}]?)[${SHAPING}]`, "gu");

/** What opens a tag, or looks like it. */
const OPENING = /[<\u02c2\u1438\u16b2\u2039\u226e\u2329\u276c\u276e\u27e8\u3008\ufe64\uff1c\u{1d236}]/gu;
/** How tags begin that mean something to the host or to the mesh; peers may write about them, not write them. */
const RESERVED =
  /^(?:peer-|peerquestion|peerreply|system(?:[->]|reminder)|user-|assistant|human|command-|local-command|task-|tool-|function-|antml|bash-|channel|cross-session|ide-|persisted-|session-|teammate)/;
/** What a reader passes over within a tag, and all kinds of slashes. */
const PASSED_OVER = /[\p{Cf}\p{M}\s\\/\u2044\u2215\u29f8\u2571]/gu;
/** Letters of other scripts that look like the ones below them. */
const ALIKE = "аеорсуѕіһԁӏмнткгοραυτικεηνսոօհցıɡᴀᴄᴅᴇꜰɢʜɪᴋʟᴍɴᴏᴘʀꜱᴛᴜʏүγɑʋԛ";
const LATIN = "aeopcysihdlmhtkropautikenvunohgigacdefghiklmnoprstuyyyauq";

/** A peer's words as they may be shown: no control characters, and no tag that the reader could take for a frame. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replace(TERMINAL_SEQUENCE, "")
    .replace(INVISIBLE, "")
    .replace(OPENING, (mark, at: number, whole: string) =>
      opensFrame(whole.slice(at + mark.length)) ? "&lt;" : mark,
    )
    .replace(STRAY, "");
}

/** Each character is looked at once or twice whatever the text: what a peer writes must not hold up who reads it. */
function opensFrame(text: string): boolean {
  let seen = "";
  for (const char of text) {
    seen += look(char);
    if (!/^[a-z-]{0,14}$/.test(seen)) break;
  }
  return RESERVED.test(seen);
}

/** What a character looks like to a reader: nothing, or small plain letters. */
function look(char: string): string {
  return (char < "\x80" ? char : char.normalize("NFKD"))
    .toLowerCase()
    .replace(PASSED_OVER, "")
    .replace(/[\p{Pd}\p{Pc}\u2212]/gu, "-")
    .replace(/[^\0-\x7f]/g, (letter) => LATIN[ALIKE.indexOf(letter)] ?? letter);
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
