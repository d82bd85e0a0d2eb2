import { allText, type ModelRequest } from "./request.ts";

/** A text of exactly so many characters; no line of it stands in another text of another name, nor twice in this one. */
export function longText(name: string, characters: number): string {
  const lines: string[] = [];
  for (let length = 0; length <= characters; length += 64) {
    lines.push(`${name} line ${String(lines.length).padStart(5, "0")} `.padEnd(63, "."));
  }
  return lines.join("\n").slice(0, characters);
}

/** As a text stands in a request: plain in a hook's, as JSON in a tool's result, in a task's notification as XML besides. */
function writings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const xml = json.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [...new Set([text, json, xml])];
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** How often the whole of a text stands in the conversation that a request carries. */
export function timesWhole(request: ModelRequest, text: string): number {
  const all = allText(request);
  return writings(text).reduce((sum, writing) => sum + count(all, writing), 0);
}

/** How often its beginning stands there, also where the rest was cut off. */
export function timesBegun(request: ModelRequest, text: string): number {
  return timesWhole(request, text.slice(0, 60));
}
