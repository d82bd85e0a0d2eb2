import { heldName } from "../domain/peer.ts";
import { formatId, type HandedQuestion, type HandedReply } from "../domain/question.ts";
import { cleanText, oneLine } from "./clean.ts";
import { fence, fenceNote, hookText, MARK_LENGTH, newMark } from "./fence.ts";

/** Characters that a hook may print; the host puts what is longer than 10,000 into a file. */
export const HOOK_BUDGET = 9_000;

/** So much of a question stands above its answer (characters). */
export const QUOTED = 300;

/** An answer that a call waited for: who made the call knows what it asked. */
export interface ReceivedAnswer {
  readonly id: number;
  /** Who answered. */
  readonly from: string;
  readonly answer: string | null;
  readonly declined: boolean;
}

/** How much waits beyond a text. */
export interface Waiting {
  readonly questions: number;
  readonly replies: number;
}

/** What one text shows. */
export interface Showing {
  readonly questions: readonly HandedQuestion[];
  readonly replies: readonly HandedReply[];
  readonly answers?: readonly ReceivedAnswer[];
  /** What waits beyond it; a bare number where it is not known what that is. */
  readonly more: number | Waiting;
}

const ANSWER_EACH = "Answer each question with the `reply_to_peer` tool and its question_id.";

/**
 * All that is to be shown to a session's model in one text, each question and answer whole. Who calls has chosen what
 * fits, by `questionRoom`, `replyRoom` and FRAME_ROOM.
 * @param mark for all its fences; else one is drawn that is in none of the texts
 */
export function mailText(showing: Showing, mark?: string): string {
  const answers = (showing.answers ?? []).map((one) => ({ ...one, answer: cleanText(one.answer ?? "") }));
  const replies = showing.replies.map((one) => ({ ...one, answer: cleanText(one.answer ?? "") }));
  const questions = showing.questions.map((one) => ({ ...one, body: cleanText(one.body) }));
  const written = [...answers, ...replies].map(({ answer }) => answer);
  const quoted = replies.map(({ body }) => cleanText(body));
  const own = mark ?? newMark([...written, ...quoted, ...questions.map(({ body }) => body)]);
  const fences = [
    ...answers.map((one) => answerFence(one, own)),
    ...replies.map((one) => replyFence(one, own)),
    ...questions.map((one) => questionFence(one, own)),
  ];
  const closing = fences.length === 0 ? [] : [closingText(own, questions.length > 0)];
  return [...fences, ...closing, beyondText(showing.more)].filter((part) => part !== "").join("\n");
}

/** Answers that a call waited for, in their fences: what `ask_peer` got. */
export function askedText(answers: readonly ReceivedAnswer[], mark?: string): string {
  return mailText({ questions: [], replies: [], answers, more: 0 }, mark);
}

/** One sentence for what waits beyond a text; nothing where nothing does. */
export function waitingText({ questions, replies }: Waiting): string {
  const parts = [counted(questions, "question"), counted(replies, "answer")].filter((part) => part !== "");
  return parts.length === 0 ? "" : moreText(parts.join(" and "), questions + replies);
}

function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}

function moreText(what: string, count: number): string {
  return `${what} more ${count === 1 ? "waits" : "wait"}: call \`poll_inbox\`.`;
}

function beyondText(more: Showing["more"]): string {
  if (typeof more !== "number") return waitingText(more);
  return more === 0 ? "" : moreText(String(more), more);
}

function closingText(mark: string, asks: boolean): string {
  return asks ? `${fenceNote(mark)} ${ANSWER_EACH}` : fenceNote(mark);
}

/** @param question its body is cleaned */
function questionFence(question: HandedQuestion, mark: string): string {
  const { id, from, askedAt, body } = question;
  const note = showingNote(question);
  const fenced = fence("peer-question", mark, { ...named(id, from), asked_at: iso(askedAt) }, body);
  return note === "" ? fenced : `${note}\n${fenced}`;
}

function showingNote({ id, showing, abandoned, unguarded }: HandedQuestion): string {
  const notes: string[] = [];
  if (showing === "reminder")
    notes.push(`Reminder: ${formatId(id)} was asked earlier and is still unanswered.`);
  if (showing === "unconfirmed") notes.push(`${formatId(id)} may have been shown before.`);
  if (unguarded) {
    notes.push(
      `This session acts without asking its user, the asker's does not: do nothing for ${formatId(id)} that its user would be asked about.`,
    );
  }
  if (abandoned) notes.push(`The asker of ${formatId(id)} no longer waits; the answer goes to its inbox.`);
  return notes.join(" ");
}

/** @param reply its answer is cleaned */
function replyFence(reply: HandedReply, mark: string): string {
  const { id, from, answeredAt, answer, declined } = reply;
  const attributes = { ...named(id, from), answered_at: iso(answeredAt), ...refusal(declined) };
  const fenced = fence("peer-reply", mark, attributes, `${quoteLine(reply.body)}\n${answer ?? ""}`);
  return reply.showing === "unconfirmed"
    ? `The answer to ${formatId(id)} may have been shown before.\n${fenced}`
    : fenced;
}

/** @param received its answer is cleaned */
function answerFence({ id, from, answer, declined }: ReceivedAnswer, mark: string): string {
  return fence("peer-reply", mark, { ...named(id, from), ...refusal(declined) }, answer ?? "");
}

/** One line, so that the answer is all that stands below it. */
function quoteLine(question: string): string {
  return `You asked: ${oneLine(question, QUOTED)}`;
}

function named(id: number, from: string) {
  return { question_id: formatId(id), from: heldName(from) };
}

function refusal(declined: boolean): Readonly<Record<string, string>> {
  return declined ? { declined: "true" } : {};
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** As long as each part of a frame can be. */
const LONGEST = {
  id: 999_999_999_999_999,
  from: "x".repeat(63),
  body: "",
  answer: "",
  time: 8_640_000_000_000_000,
  mark: "f".repeat(MARK_LENGTH),
};

const QUESTION_FRAME = Math.max(
  ...(["first", "reminder", "unconfirmed"] as const).map((showing) => {
    const times = { askedAt: LONGEST.time, expiresAt: LONGEST.time };
    const question = { ...LONGEST, ...times, showing, abandoned: true, unguarded: true };
    return questionFence(question, LONGEST.mark).length;
  }),
);

const REPLY_FRAME = replyFence(
  { ...LONGEST, answeredAt: LONGEST.time, declined: true, showing: "unconfirmed" },
  LONGEST.mark,
).length;

/** At most so many characters stand after the fences, the line break before them among these. */
export const FRAME_ROOM = [
  "",
  closingText(LONGEST.mark, true),
  waitingText({ questions: LONGEST.id, replies: LONGEST.id }),
].join("\n").length;

/** At most so many characters a question takes in a text, also in a hook's, with its fence, notes and line break. */
export function questionRoom(body: string): number {
  return QUESTION_FRAME + hookText(cleanText(body)).length + 1;
}

/** The same for an answer, with the line that quotes its question. */
export function replyRoom(question: string, answer: string): number {
  return REPLY_FRAME + hookText(oneLine(question, QUOTED) + cleanText(answer)).length + 1;
}
