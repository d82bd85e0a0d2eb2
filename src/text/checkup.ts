import { type CheckGroup, count, type Verdict } from "../domain/checkup.ts";
import { cleanLine } from "./clean.ts";
import { type Look, paint, type Style } from "./paint.ts";
import { columnsOf, fit, wrap } from "./width.ts";

const MARKS: Readonly<Record<Verdict, { readonly word: string; readonly style: Style }>> = {
  ok: { word: "ok", style: "green" },
  warning: { word: "warning", style: "yellow" },
  failure: { word: "FAILURE", style: "red" },
};
const MARK_WIDTH = "warning".length;
const NAME_WIDTH = 22;
const LIMIT = 1_000;

/** Every check with its verdict, and what to do where it is not ok. */
export function checkupText(groups: readonly CheckGroup[], look: Look): string {
  const sections = groups.map(({ group, checks }) =>
    [paint(group, "bold", look.colour), ...checks.flatMap((check) => checkLines(check, look))].join("\n"),
  );
  return [...sections, sumText(groups, look)].join("\n\n");
}

function checkLines({ name, verdict, found, remedy }: CheckGroup["checks"][number], look: Look): string[] {
  const { word, style } = MARKS[verdict];
  const indent = 2 + MARK_WIDTH + 2 + NAME_WIDTH + 2;
  // Where there is little room, what was found goes below its name.
  const narrow = look.width < indent + 30;
  const left = narrow ? 6 : indent;
  const text = wrap(cleanLine(found, LIMIT), look.width - left);
  const todo = remedy === undefined ? [] : wrap(`→ ${cleanLine(remedy, LIMIT)}`, look.width - left);
  const title = fit(cleanLine(name, LIMIT), NAME_WIDTH);
  const head = `  ${paint(word, style, look.colour)}${" ".repeat(MARK_WIDTH - word.length)}  ${title}`;
  const pad = " ".repeat(left);
  const rest = [...text, ...todo].map((line) => `${pad}${line}`);
  if (narrow) return [head, ...rest];
  const gap = " ".repeat(NAME_WIDTH - columnsOf(title) + 2);
  return [`${head}${gap}${text[0] ?? ""}`, ...rest.slice(1)];
}

function sumText(groups: readonly CheckGroup[], look: Look): string {
  const failures = count(groups, "failure");
  const warnings = count(groups, "warning");
  const numbers = `${plural(failures, "failure")}, ${plural(warnings, "warning")}.`;
  if (failures > 0) return paint(`${numbers} The mesh does not work as it should.`, "red", look.colour);
  if (warnings > 0) return paint(numbers, "yellow", look.colour);
  return paint("All is well.", "green", look.colour);
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
