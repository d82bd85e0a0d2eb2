import type { Called } from "../support/server.ts";

/** One text that a process wrote to be shown to its session's model. */
export interface Showing {
  readonly what: "question" | "answer";
  /** `q17`. */
  readonly id: string;
  readonly text: string;
  /** It says itself that it is not the first. */
  readonly marked: boolean;
}

/** What a tool's result shows. */
export function shownByTool(called: Called): Showing[] {
  const results = [called, ...(called.answers ?? [])];
  const answers = results.flatMap(({ question_id: id, answer: text }) =>
    id === undefined || text === undefined ? [] : [{ what: "answer" as const, id, text, marked: false }],
  );
  const questions = (called.questions ?? []).map(({ question_id: id, question: text, note }) => ({
    what: "question" as const,
    id,
    text,
    marked: note !== undefined,
  }));
  // The words about an answer stand only in the fences.
  const said = called.replies === undefined ? "" : String(Reflect.get(called, "text") ?? "");
  const replies = (called.replies ?? []).map(({ question_id: id, answer: text }) => ({
    what: "answer" as const,
    id,
    text,
    marked: isMarkedAnswer(said, id),
  }));
  return [...answers, ...questions, ...replies];
}

const QUESTION = /<peer-question question_id="(q\d+)"[^>]*>\n(.*?)\n<\/peer-question>/gs;
const ANSWER = /<peer-reply question_id="(q\d+)"[^>]*>\nYou asked: [^\n]*\n(.*?)\n<\/peer-reply>/gs;

/** What the text of a hook shows. */
export function shownByHook(context: string): Showing[] {
  const questions = [...context.matchAll(QUESTION)].map(([, id = "", text = ""]) => ({
    what: "question" as const,
    id,
    text,
    marked: new RegExp(`Reminder: ${id} was asked|(?<!answer to )${id} may have been shown`).test(context),
  }));
  const answers = [...context.matchAll(ANSWER)].map(([, id = "", text = ""]) => ({
    what: "answer" as const,
    id,
    text,
    marked: isMarkedAnswer(context, id),
  }));
  return [...questions, ...answers];
}

function isMarkedAnswer(context: string, id: string): boolean {
  return context.includes(`The answer to ${id} may have been shown before.`);
}
