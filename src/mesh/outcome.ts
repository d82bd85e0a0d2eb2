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
  readonly hint?: string;
}

/** What became of several. */
export interface SeveralResult {
  readonly status: AskStatus;
  readonly answers: AskedResult[];
  readonly questions?: InboxQuestion[];
  readonly hint?: string;
}

/** What was known of the questions when they were asked. */
export interface Asking {
  /** No session could answer them. */
  readonly queued: ReadonlySet<number>;
  /** Their recipients had as much as they can read. */
  readonly held: ReadonlySet<number>;
}

/** @param asking undefined where they were asked before */
export function oneResult(end: WaitEnd, asking?: Asking): Outcome<AskedResult> {
  const ended = started(end);
  const [one] = ended.asked;
  if (one === undefined) throw new Error("a wait without its question");
  return { result: { ...entry(one, end.kind, asking), ...interruption(end) }, ...shownIn(ended) };
}

/** The same for several recipients: each with its own status. */
export function severalResult(end: WaitEnd, asking?: Asking): Outcome<SeveralResult> {
  const ended = started(end);
  const answers = ended.asked.map((one) => entry(one, end.kind, asking));
  return {
    result: { status: overall(end, answers), answers, ...interruption(end) },
    ...shownIn(ended),
  };
}

type Ended = Exclude<WaitEnd, { kind: "owes" }>;

/** A wait that may not start is an error. */
function started(end: WaitEnd): Ended {
  if (end.kind === "owes") throw new MeshError({ kind: "owes_answer", owed: end.questions.map(formatId) });
  return end;
}

/** The peers' words in their fences, what counts as shown with them, and what the person is to hear of. */
function shownIn(end: Ended): Pick<Outcome<unknown>, "receipt" | "news" | "text"> {
  const answers = end.asked.flatMap(({ id, to, state, answer }) =>
    answer === null ? [] : [{ id, from: to, answer, declined: state === "declined" }],
  );
  const [questions, more] = end.kind === "interrupted" ? [end.questions, end.more] : [[], 0];
  const { receipt } = end;
  const text = mailText({ answers, questions, replies: [], more: { questions: more, replies: 0 } });
  return {
    receipt,
    ...(text === "" ? {} : { text }),
    ...(questions.length === 0 ? {} : { news: { questions, replies: [] } }),
  };
}

function entry(asked: Asked, end: WaitEnd["kind"], asking: Asking | undefined): AskedResult {
  const { id, to, answer } = asked;
  const status = statusOf(asked, end, asking?.queued);
  const result = { status, question_id: formatId(id), to, ...(answer ? { answer: cleanText(answer) } : {}) };
  const hint = askHint(result, asked, asking?.held.has(id) ?? false);
  return hint === undefined ? result : { ...result, hint };
}

function statusOf(asked: Asked, end: WaitEnd["kind"], queued: ReadonlySet<number> | undefined): AskStatus {
  const { id, state, recipient } = asked;
  if (!isOpen(state)) return state;
  if (recipient !== "active") {
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

function interruption(end: WaitEnd): { questions?: InboxQuestion[]; hint?: string } {
  if (end.kind !== "interrupted") return {};
  const open = end.asked.filter(({ state }) => isOpen(state)).map(({ id }) => formatId(id));
  return {
    questions: end.questions.map(toInboxQuestion),
    hint: interruptedHint(end.owed.map(formatId), end.more, open),
  };
}
