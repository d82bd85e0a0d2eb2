import { formatId, type HistoryEntry } from "../domain/question.ts";
import type { HistoryRequest, Journal, Roster } from "../domain/store.ts";
import { cleanText } from "../text/clean.ts";
import type { LogLine } from "../text/log-table.ts";
import type { Mesh } from "./mesh.ts";
import { peerNamed } from "./peers.ts";

/** A line of the log, and what only programs want to know of it. */
export interface LogEntry extends LogLine {
  /** When the asker was shown the answer. */
  readonly answer_shown_at: string | null;
}

/** What became of the questions there were, the newest last. */
export async function readLog(
  mesh: Mesh<Roster & Journal>,
  request: Omit<HistoryRequest, "now">,
): Promise<LogEntry[]> {
  const now = mesh.now();
  const peer = request.peer === undefined ? undefined : (await peerNamed(mesh, request.peer)).name;
  const entries = await mesh.store.history({ ...request, peer, now });
  return entries.reverse().map(toLogEntry);
}

export function toLogEntry(entry: HistoryEntry): LogEntry {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    question_id: formatId(entry.id),
    from: entry.from,
    to: entry.to,
    state: entry.state,
    question: cleanText(entry.body),
    answer: entry.answer === null ? null : cleanText(entry.answer),
    asked_at: new Date(entry.askedAt).toISOString(),
    shown_at: iso(entry.shownAt),
    closed_at: iso(entry.closedAt),
    answer_shown_at: iso(entry.answerShownAt),
  };
}
