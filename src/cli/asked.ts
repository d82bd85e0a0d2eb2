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
  /** There is an answer, for which the output has no room. */
  readonly unprinted?: true;
}

/** The same with how far each question has come. */
export async function withStates(mesh: LastingMesh, result: AskedResult | SeveralResult): Promise<Asked[]> {
  const results = "answers" in result ? result.answers : [result];
  const ids = results.map((result) => parseId(result.question_id) ?? 0);
  const history = await mesh.store.history({ ids, limit: ids.length, now: mesh.now() });
  const entries = new Map(history.map((entry) => [toLogEntry(entry).question_id, toLogEntry(entry)]));
  const interrupted = result.status === "interrupted";
  return results.flatMap(({ status, question_id, to, answer }) => {
    const entry = entries.get(question_id);
    if (entry === undefined) return [];
    const { state, asked_at, shown_at, closed_at } = entry;
    const inHand = answer === undefined || interrupted ? {} : { answer };
    const closed = status === "answered" || status === "declined";
    const kept =
      closed && answer === undefined && !interrupted && entry.answer ? { unprinted: true as const } : {};
    return [{ status, question_id, to, ...inHand, ...kept, state, asked_at, shown_at, closed_at }];
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
  const answers = asked.filter(isInHand).length;
  const enough = need === "all" ? asked.length : need === "any" ? 1 : Math.min(need, asked.length);
  if (answers >= enough) return EXIT.done;
  const missing = asked.filter((one) => !isInHand(one));
  // What is still open may yet be answered, so that comes first.
  const first = missing.find(({ state }) => isOpen(state)) ?? missing[0];
  if (interrupted !== undefined) return interrupted;
  return first?.status === "answered" ? STATUS_CODES.pending : STATUS_CODES[first?.status ?? "cancelled"];
}

function isInHand({ status, unprinted }: Asked): boolean {
  return status === "answered" && unprinted === undefined;
}
