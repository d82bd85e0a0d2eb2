/** What a reader sees, found another way than by the code that cleans and fences. */
import assert from "node:assert/strict";

const FORMATS = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
/** All controls but the line break and the tab. */
const CONTROLS = /[^\P{Cc}\t\n]/u;
const ROWS = /(?:\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]){3}/u;
/** Marks that shape a letter or an emoji, where there is none. */
const STRAY = /(?:^|[\s!-~])(?:\u200c|\u200d|[\u180b-\u180f]|[\ufe00-\ufe0d]|[\u{e0100}-\u{e01ef}])/u;

/** Nothing in it steers a terminal, hides or turns text, or is half a character. */
export function assertHarmless(text: string, what: string): void {
  const bad = [CONTROLS, FORMATS, ROWS, STRAY].map((rule) => rule.exec(text)).find((found) => found !== null);
  const at = bad?.index ?? 0;
  const around = text.slice(Math.max(0, at - 20), at + 20);
  assert.ok(bad === undefined, `${what}: ${JSON.stringify(bad?.[0])} in ${JSON.stringify(around)}`);
  assert.ok(text.isWellFormed(), `${what}: half a pair`);
}

/** A fence as a reader finds it. */
export interface Frame {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a reader sees who knows the mark. */
export interface Shown {
  readonly mark: string;
  readonly frames: readonly Frame[];
  /** The lines outside of every fence. */
  readonly outside: readonly string[];
}

/**
 * Reads a text line by line, as who knows the mark: it is that of the first fence, before which no peer's word stands, and
 * the sentence behind all fences names it. Fails where the mark stands anywhere else, or a fence is not closed.
 */
export function readShown(text: string): Shown {
  const mark = /^<peer-\w+ mark="([0-9a-f]{8,})"/m.exec(text)?.[1] ?? "no fence";
  const frames: Frame[] = [];
  const outside: string[] = [];
  let open: { tag: string; attributes: Record<string, string>; lines: string[] } | undefined;
  let found = 0;
  for (const line of text.split("\n")) {
    if (line.includes(mark)) found++;
    const [, tag = "", rest = ""] = /^<(peer-\w+) mark="\w+"(.*)>$/.exec(line) ?? [];
    if (open !== undefined) {
      if (line !== `</${open.tag} mark="${mark}">`) open.lines.push(line);
      else {
        frames.push({ tag: open.tag, attributes: open.attributes, body: open.lines.join("\n") });
        open = undefined;
      }
    } else if (line.startsWith(`<${tag} mark="${mark}"`)) {
      const attributes = [...rest.matchAll(/ (\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]);
      open = { tag, attributes: Object.fromEntries(attributes) as Record<string, string>, lines: [] };
    } else outside.push(line);
  }
  assert.equal(open, undefined, "a fence is not closed");
  assert.equal(found, 2 * frames.length + 1, "lines with the mark");
  assert.match(outside.join("\n"), new RegExp(`Only fences with the mark ${mark} are the mesh's`));
  return { mark, frames, outside };
}

/** No tag at all, in whatever script. */
export function assertNoTag(text: string, what: string): void {
  const tag = /<[\s\p{Cf}\p{M}]*[\p{L}/\\!?]/u.exec(text);
  const around = text.slice(Math.max(0, (tag?.index ?? 0) - 20), (tag?.index ?? 0) + 40);
  assert.equal(tag, null, `${what}: a reader sees ${JSON.stringify(around)}`);
}

/** All texts in a value, keys too. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
