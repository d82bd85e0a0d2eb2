import { MeshError } from "../domain/errors.ts";
import { nearestNames, parseName } from "../domain/peer.ts";
import { formatId, type HistoryEntry } from "../domain/question.ts";
import type { HistoryRequest, Journal, Roster } from "../domain/store.ts";
import { cleanText } from "../text/clean.ts";
import type { LogLine } from "../text/log-table.ts";
import type { Mesh } from "./mesh.ts";

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
  const peer = request.peer === undefined ? undefined : await knownName(mesh, request.peer);
  const entries = await mesh.store.history({ ...request, peer, now });
  return entries.reverse().map(toLogEntry);
}

/** The name as the mesh writes it; refused where nobody ever bore it. */
export async function knownName(mesh: Mesh<Roster>, given: string): Promise<string> {
  const peers = await mesh.store.peers(mesh.now());
  const names = [...new Set(peers.map(({ name }) => name))];
  const name = parseName(given) ?? given;
  if (names.includes(name)) return name;
  const live = peers.filter(({ host }) => host !== null).map((peer) => peer.name);
  throw new MeshError({ kind: "unknown_peer", name, near: nearestNames(name, names), live });
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
