import type { QuestionState } from "../domain/question.ts";
import { ago } from "./age.ts";
import type { Look, Style } from "./paint.ts";
import { type Cell, table } from "./table.ts";

/** A question as a bystander reads of it. Times are ISO 8601. */
export interface LogLine {
  readonly question_id: string;
  readonly from: string;
  readonly to: string;
  readonly state: QuestionState;
  readonly question: string;
  readonly answer: string | null;
  readonly asked_at: string;
  readonly shown_at: string | null;
  readonly closed_at: string | null;
}

const COLUMNS = [
  { title: "ID" },
  { title: "ASKED", drop: 2 },
  { title: "FROM → TO", min: 20 },
  { title: "STATE" },
  { title: "QUESTION", min: 10, drop: 1 },
  { title: "ANSWER", min: 10, drop: 3 },
] as const;

export const STATE_STYLES: Readonly<Record<QuestionState, Style>> = {
  pending: "yellow",
  shown: "cyan",
  answered: "green",
  declined: "red",
  expired: "dim",
  cancelled: "dim",
};

/** What became of questions, as a table of the given width, in the order given. */
export function logTable(entries: readonly LogLine[], look: Look): string {
  if (entries.length === 0) return "No questions.";
  const rows = entries.map((entry): Cell[] => [
    entry.question_id,
    ago(Date.parse(entry.asked_at), look.now),
    `${entry.from} → ${entry.to}`,
    { text: entry.state, style: STATE_STYLES[entry.state] },
    entry.question,
    entry.answer ?? "",
  ]);
  return table(COLUMNS, rows, look);
}
