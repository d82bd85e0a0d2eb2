/** Who may answer what: only the peer that was asked, and only once. */
import { MeshError } from "./errors.ts";
import { formatId, isOpen, type QuestionState } from "./question.ts";

export interface AnswerableQuestion {
  readonly recipient: number;
  readonly state: QuestionState;
}

/** Refuses an answer to a question that is not there, that was asked of another, or that is closed. */
export function checkReply(peer: number, id: number, question: AnswerableQuestion | undefined): void {
  if (question === undefined) throw new MeshError({ kind: "unknown_question", id: formatId(id) });
  if (question.recipient !== peer)
    throw new MeshError({ kind: "not_yours", id: formatId(id), role: "recipient" });
  if (isOpen(question.state)) return;
  throw new MeshError({ kind: "already_closed", id: formatId(id), state: question.state });
}
