import { MeshError } from "../domain/errors.ts";
import { type Asked, formatId, isOpen } from "../domain/question.ts";
import { cleanText } from "../text/clean.ts";
import { askHint, interruptedHint } from "../text/hints.ts";
import { mailText } from "../text/mail.ts";
import { type InboxQuestion, toInboxQuestion } from "./inbox.ts";
import type { Outcome } from "./mesh.ts";
import type { WaitEnd } from "./wait.ts";

export type AskStatus =
  | "answered"
  | "timed_out"
  | "queued"
  | "interrupted"
  | "peer_left"
  | "declined"
  | "pending"
  | "cancelled"
  | "expired";

/** What became of one question. */
export interface AskedResult {
  readonly status: AskStatus;
  readonly question_id: string;
  readonly to: string;
  readonly answer?: string;
  readonly questions?: InboxQuestion[];
  /** Those questions in their fences: a client gives its model the result as an object only. */
  readonly text?: string;
  readonly hint?: string;
}

/** What became of several. */
export interface SeveralResult {
  readonly status: AskStatus;
  readonly answers: AskedResult[];
  readonly questions?: InboxQuestion[];
  /** Those questions in their fences: a client gives its model the result as an object only. */
  readonly text?: string;
  readonly hint?: string;
}

/** @param queued the questions whose recipient had no live session when they were asked */
export function oneResult(end: WaitEnd, queued?: ReadonlySet<number>): Outcome<AskedResult> {
  const { asked, receipt } = started(end);
  const [one] = asked;
  if (one === undefined) throw new Error("a wait without its question");
  return { result: { ...entry(one, end.kind, queued), ...interruption(end) }, receipt, ...newsOf(end) };
}

/** The same for several recipients: each with its own status. */
export function severalResult(end: WaitEnd, queued?: ReadonlySet<number>): Outcome<SeveralResult> {
  const { asked, receipt } = started(end);
  const answers = asked.map((one) => entry(one, end.kind, queued));
  return {
    result: { status: overall(end, answers), answers, ...interruption(end) },
    receipt,
    ...newsOf(end),
  };
}

function newsOf(end: WaitEnd): Pick<Outcome<unknown>, "news"> {
  if (end.kind !== "interrupted" || end.questions.length === 0) return {};
  return { news: { questions: end.questions, replies: [] } };
}

/** A wait that may not start is an error. */
function started(end: WaitEnd): Exclude<WaitEnd, { kind: "owes" }> {
  if (end.kind === "owes") throw new MeshError({ kind: "owes_answer", owed: end.questions.map(formatId) });
  return end;
}

function entry(asked: Asked, end: WaitEnd["kind"], queued: ReadonlySet<number> | undefined): AskedResult {
  const { id, to, state, answer } = asked;
  const status = statusOf(asked, end, queued);
  const words =
    (status === "answered" || status === "declined") && answer ? { answer: cleanText(answer) } : {};
  const result = { status, question_id: formatId(id), to, ...words };
  const hint = askHint(result, state);
  return hint === undefined ? result : { ...result, hint };
}

function statusOf(asked: Asked, end: WaitEnd["kind"], queued: ReadonlySet<number> | undefined): AskStatus {
  const { id, state, recipientLive } = asked;
  if (!isOpen(state)) return state;
  if (!recipientLive) {
    // Nobody has left who was not there: the question still waits for its first showing.
    const neverThere = queued === undefined ? state === "pending" : queued.has(id);
    return neverThere ? "queued" : "peer_left";
  }
  // What is open when enough others have answered is still on its way.
  return end === "settled" || end === "owes" || end === "peer_left" ? "pending" : end;
}

function overall(end: WaitEnd, answers: readonly AskedResult[]): AskStatus {
  if (end.kind === "settled") {
    return answers.some(({ status }) => status === "answered")
      ? "answered"
      : (answers[0]?.status ?? "cancelled");
  }
  if (end.kind === "peer_left")
    return answers.some(({ status }) => status === "peer_left") ? "peer_left" : "queued";
  return end.kind === "owes" ? "pending" : end.kind;
}

function interruption(end: WaitEnd): { questions?: InboxQuestion[]; text?: string; hint?: string } {
  if (end.kind !== "interrupted") return {};
  const { questions } = end;
  const open = end.asked.filter(({ state }) => isOpen(state)).map(({ id }) => formatId(id));
  return {
    questions: questions.map(toInboxQuestion),
    ...(questions.length === 0 ? {} : { text: mailText({ questions, replies: [], more: 0 }) }),
    hint: interruptedHint(end.owed.map(formatId), open),
  };
}
