import type { QuestionState } from "../domain/question.ts";
import { cleanText } from "./clean.ts";
import { type Look, paint } from "./paint.ts";
import { wrap } from "./width.ts";

/** What became of one question, for the person who asked it from a terminal. */
export interface AskedLine {
  readonly status: string;
  readonly question_id: string;
  readonly to: string;
  readonly answer?: string | undefined;
  /** How far the question itself has come. */
  readonly state: QuestionState;
  /** There is an answer, for which the output has no room. */
  readonly unprinted?: true;
}

/** One line about a question without an answer: what happened, and what to do next. */
export function askedLine({ status, question_id: id, to, answer, state }: AskedLine): string {
  const later = "a late answer comes to `claude-mesh inbox` in this folder";
  switch (status) {
    case "answered":
      return `${to} answered ${id}; the session is shown that with the rest of its mail.`;
    case "declined":
      return `${to} declined ${id}${answer ? `: ${cleanText(answer)}` : ""}`;
    case "queued":
      return `no session of ${to} can answer now; ${id} waits for one that can, and ${later}.`;
    case "peer_left":
      return `the session of ${to}, or its mesh server, ended before it answered, or was suspended; ${id} waits for one that can, and ${later}.`;
    case "interrupted":
      return `somebody asks this session: answer that first, then call await_reply for ${id}, or ask the same again.`;
    case "cancelled":
      return state === "cancelled"
        ? `${id} was taken back; ${to} had not read it.`
        : `${to} had read ${id} already, so it stays open; ${later}.`;
    case "expired":
      return `${id} was not answered within 24 hours; ask again if it still matters.`;
    default:
      return `no answer from ${to} yet: ${id} was ${state === "shown" ? "shown" : "not shown yet"}. It stays open; ${later}.`;
  }
}

/**
 * One sentence for the answers that came and are not printed; undefined where there are none.
 * @param late Claude Code had stopped waiting for the command
 * @param joined the session that runs it has the mesh's tools
 */
export function unprintedText(
  asked: readonly AskedLine[],
  { late, joined }: { readonly late: boolean; readonly joined: boolean },
): string | undefined {
  const kept = asked.filter(({ unprinted }) => unprinted);
  if (kept.length === 0) return undefined;
  const one = kept.length === 1;
  const which = kept.map(({ question_id, to }) => `${question_id} (${to})`).join(", ");
  const why = late ? "after Claude Code had stopped waiting for this command" : "too long for this tool";
  const ids = kept.map(({ question_id }) => question_id).join(", ");
  const how = joined
    ? `call await_reply for ${ids}, or poll_inbox`
    : "run `claude-mesh inbox` in this folder, from a terminal outside of this session if this tool has no room for it";
  return `there ${one ? "is an answer" : "are answers"} to ${which}, ${why}; to read ${one ? "it" : "them"}, ${how}.`;
}

/** What became of several questions: each answer whole, under the name of who gave it. */
export function severalText(asked: readonly AskedLine[], look: Look): string {
  return asked
    .map((one) => {
      if (one.status !== "answered" || one.answer === undefined)
        return `${paint(one.to, "bold", look.colour)}: ${askedLine(one)}`;
      const lines = wrap(cleanText(one.answer), look.width - 4).map((line) => `    ${line}`.trimEnd());
      return [paint(`${one.to} (${one.question_id})`, "bold", look.colour), ...lines].join("\n");
    })
    .join("\n\n");
}
