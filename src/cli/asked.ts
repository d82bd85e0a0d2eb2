import { isOpen, parseId } from "../domain/question.ts";
import type { Need } from "../mesh/ask.ts";
import { toLogEntry } from "../mesh/log.ts";
import type { LastingMesh } from "../mesh/mesh.ts";
import type { AskedResult, AskStatus, SeveralResult } from "../mesh/outcome.ts";
import type { AskedLine } from "../text/asked-text.ts";
import type { ReceivedAnswer } from "../text/mail.ts";
import { EXIT } from "./command.ts";

const STATUS_CODES: Readonly<Record<AskStatus, number>> = {
  answered: EXIT.done,
  timed_out: 3,
  pending: 3,
  declined: 4,
  queued: 5,
  peer_left: 6,
  interrupted: 7,
  cancelled: 8,
  expired: 8,
};

/** What became of one question, as `ask` tells it. */
export interface Asked extends AskedLine {
  readonly status: AskStatus;
  readonly asked_at: string;
  readonly shown_at: string | null;
  readonly closed_at: string | null;
}

/** The same with how far each question has come. */
export async function withStates(mesh: LastingMesh, result: AskedResult | SeveralResult): Promise<Asked[]> {
  const results = "answers" in result ? result.answers : [result];
  const ids = results.map((result) => parseId(result.question_id) ?? 0);
  const history = await mesh.store.history({ ids, limit: ids.length, now: mesh.now() });
  const entries = new Map(history.map((entry) => [toLogEntry(entry).question_id, toLogEntry(entry)]));
  return results.flatMap(({ status, question_id, to, answer }) => {
    const entry = entries.get(question_id);
    if (entry === undefined) return [];
    const { state, asked_at, shown_at, closed_at } = entry;
    const inHand = answer === undefined || result.status === "interrupted" ? {} : { answer };
    return [{ status, question_id, to, ...inHand, state, asked_at, shown_at, closed_at }];
  });
}

/** The answers and refusals in words that are in hand. */
export function answersOf(asked: readonly Asked[]): ReceivedAnswer[] {
  return asked.flatMap(({ question_id, to, status, answer }) =>
    answer === undefined
      ? []
      : [{ id: parseId(question_id) ?? 0, from: to, answer, declined: status === "declined" }],
  );
}

/** 0 where as many answers came as were needed; else what the first missing one says. */
export function exitCode(asked: readonly Asked[], need: Need, interrupted: number | undefined): number {
  const answers = asked.filter(({ status }) => status === "answered").length;
  const enough = need === "all" ? asked.length : need === "any" ? 1 : Math.min(need, asked.length);
  if (answers >= enough) return EXIT.done;
  const missing = asked.filter(({ status }) => status !== "answered");
  // What is still open may yet be answered, so that comes first.
  const first = missing.find(({ state }) => isOpen(state)) ?? missing[0];
  return interrupted ?? STATUS_CODES[first?.status ?? "cancelled"];
}
