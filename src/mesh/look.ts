import type { Peer } from "../domain/peer.ts";
import type { HistoryEntry } from "../domain/question.ts";
import type { Journal, Outstanding } from "../domain/store.ts";
import { type LogEntry, toLogEntry } from "./log.ts";
import type { Mesh } from "./mesh.ts";

/** An inbox as a person looks at it. */
export interface InboxLook {
  /** Whose it is: the names of those peers. */
  readonly of: string[];
  /** What they can answer. */
  readonly questions: LogEntry[];
  /** The answers that they were not shown yet. */
  readonly replies: LogEntry[];
}

/** What waits for peers, for a person: no session has been shown anything, so nothing is marked. */
export async function lookIntoInbox(mesh: Mesh<Journal>, peers: readonly Peer[]): Promise<InboxLook> {
  return toLook(
    peers,
    await mesh.store.outstanding(
      peers.map(({ id }) => id),
      mesh.now(),
    ),
  );
}

/** Characters of the line above a text, and more than an inbox has of them in a screen's room. */
const LINE = 40;
const ROWS = 250;

/**
 * The same within a hook's time: the first of it, about `room` characters, whatever there is.
 * @returns also whether that is all
 */
export async function glanceIntoInbox(
  mesh: Mesh<Journal>,
  peers: readonly Peer[],
  room: number,
): Promise<{ look: InboxLook; whole: boolean }> {
  const ids = peers.map(({ id }) => id);
  const found = await mesh.store.outstanding(ids, mesh.now(), ROWS);
  let left = room;
  const fits = ({ body, answer }: HistoryEntry) => {
    const has = left > 0;
    left -= LINE + body.length + (answer?.length ?? 0);
    return has;
  };
  const head = (entry: HistoryEntry) => ({
    ...entry,
    body: entry.body.slice(0, room),
    answer: entry.answer?.slice(0, room) ?? null,
  });
  const questions = found.questions.filter(fits).map(head);
  const replies = found.replies.filter(fits).map(head);
  return { look: toLook(peers, { questions, replies }), whole: left > 0 };
}

function toLook(peers: readonly Peer[], { questions, replies }: Outstanding): InboxLook {
  return {
    of: [...new Set(peers.map(({ name }) => name))],
    questions: questions.map(toLogEntry),
    replies: replies.map(toLogEntry),
  };
}
