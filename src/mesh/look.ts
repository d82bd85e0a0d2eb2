import type { Peer } from "../domain/peer.ts";
import type { Journal } from "../domain/store.ts";
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
  const ids = peers.map(({ id }) => id);
  const { questions, replies } = await mesh.store.outstanding(ids, mesh.now());
  return {
    of: [...new Set(peers.map(({ name }) => name))],
    questions: questions.map(toLogEntry),
    replies: replies.map(toLogEntry),
  };
}
