import { ago } from "./age.ts";
import { cleanText, oneLine } from "./clean.ts";
import { type LogLine, STATE_STYLES } from "./log-table.ts";
import { type Look, paint } from "./paint.ts";
import { duration } from "./progress.ts";
import { fit, wrap } from "./width.ts";

const INDENT = "    ";

/** A question and its answer, whole. */
export function questionText(entry: LogLine, look: Look): string {
  const { question_id, from, to, state, asked_at, closed_at } = entry;
  const asked = Date.parse(asked_at);
  const after = closed_at === null ? "" : ` after ${duration(Date.parse(closed_at) - asked)}`;
  const head = paint(`${question_id} ${from} → ${to}`, "bold", look.colour);
  const what = paint(state + after, STATE_STYLES[state], look.colour);
  const answer = entry.answer ? indented(entry.answer, look) : [];
  const question = indented(entry.question, look).map((line) => paint(line, "dim", look.colour));
  return [`${head}, asked ${ago(asked, look.now)}, ${what}`, ...question, ...answer].join("\n");
}

/** A text on lines of its own, moved in. */
export function indented(text: string, { width }: Look): string[] {
  return wrap(cleanText(text).trimEnd(), width - INDENT.length).map((line) =>
    line === "" ? "" : INDENT + line,
  );
}

/** One line about the last step of a question, with the local time of day at which it was made. */
export function stepLine(entry: LogLine, look: Look): string {
  const { question_id, from, to, state } = entry;
  const at = new Date(entry.closed_at ?? (state === "shown" ? entry.shown_at : null) ?? entry.asked_at);
  const time = at.toLocaleTimeString("en-GB", { hour12: false });
  const words = oneLine(entry.answer || entry.question, Number.POSITIVE_INFINITY);
  const head = `${time} ${question_id} ${from} → ${to} `;
  const line = fit(`${head}${state}: ${words}`, look.width);
  if (!line.startsWith(head + state)) return line;
  return head + paint(state, STATE_STYLES[state], look.colour) + line.slice(head.length + state.length);
}
