/** What a reader sees, found another way than by the code that cleans: by what may be there, and by looks. */
import assert from "node:assert/strict";

/** No frame that a peer wrote may begin so, in whatever spelling. */
const FRAMES = [
  "peer-question",
  "peer-reply",
  "system-reminder",
  "user-prompt",
  "function-calls",
  "antml",
  "tool-",
  "command-",
  "local-command",
  "bash-",
  "task-notification",
  "cross-session",
  "channel",
  "teammate",
  "persisted-output",
  "ide-selection",
  "session-start",
  "assistant",
  "human",
];
/** The same without its hyphen, and one that is no frame with more behind it. */
const ALSO = ["peerquestion", "peerreply", "systemreminder"];

const FORMATS = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
/** All controls but the line break and the tab. */
const CONTROLS = /[^\P{Cc}\t\n]/u;
const ROWS = /(?:\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]){3}/u;

/** Nothing in it steers a terminal, hides or turns text, or is half a character. */
export function assertHarmless(text: string, what: string): void {
  const bad = [CONTROLS, FORMATS, ROWS].map((rule) => rule.exec(text)).find((found) => found !== null);
  const at = bad?.index ?? 0;
  const around = text.slice(Math.max(0, at - 20), at + 20);
  assert.ok(bad === undefined, `${what}: ${JSON.stringify(bad?.[0])} in ${JSON.stringify(around)}`);
  assert.ok(text.isWellFormed(), `${what}: half a pair`);
}

const LOOKS: Readonly<Record<string, string>> = {
  "<": "\u02c2\u1438\u16b2\u2039\u276e\u27e8\u3008\ufe64\uff1c\u{1d236}",
  "/": "\\\u2044\u2215\u29f8\uff0f",
  "-": "_\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
  a: "\u0430\u03b1",
  c: "\u0441",
  d: "\u0501",
  e: "\u0435\u1d07",
  i: "\u0456",
  m: "\u043c",
  n: "\u043f",
  o: "\u043e\u03bf",
  p: "\u0440\u03c1\u1d18",
  r: "\u0280",
  s: "\u0455\u017f",
  u: "\u03c5",
  y: "\u0443",
};
const LOOK = new Map(
  Object.entries(LOOKS).flatMap(([plain, others]) => [...others].map((char) => [char, plain])),
);

/** The text in plain letters, without what has no ink. */
export function seen(text: string): string {
  return [...text.normalize("NFKD").toLowerCase()]
    .map((char) => LOOK.get(char) ?? char)
    .join("")
    .replace(/[\p{Cf}\p{M}\p{DI}\s]/gu, "");
}

/** How often the frame is opened, and how often closed, as a reader sees it. */
export function framesIn(text: string, frame: "peer-question" | "peer-reply"): [number, number] {
  const plain = seen(text);
  const count = (start: string) => plain.split(start).length - 1;
  return [count(`<${frame}`), count(`</${frame}`)];
}

/** No frame but those that are allowed, each of which the caller has counted. */
export function assertNoFrame(text: string, what: string, allowed: readonly string[] = []): void {
  const plain = seen(text);
  for (const frame of [...FRAMES, ...ALSO, "system>"].filter((one) => !allowed.includes(one))) {
    for (const start of [`<${frame}`, `</${frame}`]) {
      const at = plain.indexOf(start);
      assert.ok(
        at < 0,
        `${what}: a reader sees ${JSON.stringify(plain.slice(Math.max(0, at - 20), at + 40))}`,
      );
    }
  }
}

/** All texts in a value, keys too. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
