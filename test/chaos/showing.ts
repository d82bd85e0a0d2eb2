import type { Called } from "../support/server.ts";

export type Mark = "first" | "reminder" | "again";

/** One text that a process wrote to be shown to its session's model. */
export interface Showing {
  readonly what: "question" | "answer";
  /** `q17`. */
  readonly id: string;
  readonly text: string;
  /** What it says of itself: a reminder, or perhaps not the first. */
  readonly mark: Mark;
}

/** What a tool's result shows its model, which is what stands in its fences. */
export function shownByTool({ text = "" }: Called): Showing[] {
  return shownIn(text);
}

const QUESTION =
  /<peer-question mark="(\w+)" question_id="(q\d+)"[^>]*>\n(.*?)\n<\/peer-question mark="\1">/gs;
/** Above an answer that no call waited for stands its question. */
const ANSWER =
  /<peer-reply mark="(\w+)" question_id="(q\d+)"[^>]*>\n(?:You asked: [^\n]*\n)?(.*?)\n<\/peer-reply mark="\1">/gs;

/** What the text of a hook or of a result shows. */
export function shownIn(context: string): Showing[] {
  const questions = [...context.matchAll(QUESTION)].map(([, _mark, id = "", text = ""]) => ({
    what: "question" as const,
    id,
    text,
    mark: markOfQuestion(context, id),
  }));
  const answers = [...context.matchAll(ANSWER)].map(([, _mark, id = "", text = ""]) => ({
    what: "answer" as const,
    id,
    text,
    mark: markOfAnswer(context, id),
  }));
  return [...questions, ...answers];
}

function markOfQuestion(context: string, id: string): Mark {
  if (context.includes(`Reminder: ${id} was asked`)) return "reminder";
  return new RegExp(`(?<!answer to )\\b${id} may have been shown before`).test(context) ? "again" : "first";
}

function markOfAnswer(context: string, id: string): Mark {
  return context.includes(`The answer to ${id} may have been shown before.`) ? "again" : "first";
}
