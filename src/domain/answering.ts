/** Who may answer what: only the peer that was asked, and only once. */
import { MeshError } from "./errors.ts";
import { formatId, isOpen, type QuestionState } from "./question.ts";

export interface AnswerableQuestion {
  readonly recipient: number;
  readonly state: QuestionState;
  readonly answer: string | null;
}

export interface Answer {
  readonly answer: string;
  readonly decline: boolean;
}

/**
 * Whether an answer is new, or the same that was given already: who lost our word for it says it again. Refuses an answer
 * to a question that is not there, that was asked of another, or that is closed with something else.
 */
export function checkReply(
  peer: number,
  id: number,
  question: AnswerableQuestion | undefined,
  { answer, decline }: Answer,
): "new" | "repeated" {
  if (question === undefined) throw new MeshError({ kind: "unknown_question", id: formatId(id) });
  if (question.recipient !== peer)
    throw new MeshError({ kind: "not_yours", id: formatId(id), role: "recipient" });
  if (isOpen(question.state)) return "new";
  const same =
    question.state === (decline ? "declined" : "answered") && question.answer?.trim() === answer.trim();
  if (same) return "repeated";
  throw new MeshError({ kind: "already_closed", id: formatId(id), state: question.state });
}
