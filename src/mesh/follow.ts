import { setTimeout as sleep } from "node:timers/promises";
import { type HistoryEntry, isOpen, type QuestionState } from "../domain/question.ts";
import type { HistoryRequest, Journal, Registry } from "../domain/store.ts";
import { type LogEntry, toLogEntry } from "./log.ts";
import type { Mesh } from "./mesh.ts";
import { peerNamed } from "./peers.ts";

/** How often it looks (milliseconds). */
const LOOK_EVERY = 500;
/** More than can be asked between two looks. */
const AT_ONCE = 10_000;

/** The log as `readLog` gives it, then each question again whenever its state has changed, until the signal aborts. */
export async function* followLog(
  mesh: Mesh<Registry & Journal>,
  request: Pick<HistoryRequest, "peer" | "since" | "limit">,
  signal: AbortSignal,
): AsyncGenerator<LogEntry[]> {
  const peer = request.peer === undefined ? undefined : (await peerNamed(mesh, request.peer)).name;
  const look = (what: Partial<HistoryRequest>) =>
    mesh.store.history({ peer, limit: AT_ONCE, now: mesh.now(), ...what });
  /** The states last told of what is open. */
  const told = new Map<number, QuestionState>();
  const [newest] = await mesh.store.history({ limit: 1, now: mesh.now() });
  let next = (newest?.id ?? 0) + 1;
  const note = (entries: readonly HistoryEntry[]) => {
    for (const { id, state } of entries) {
      if (isOpen(state)) told.set(id, state);
      else told.delete(id);
      next = Math.max(next, id + 1);
    }
  };

  note((await look({ open: true })).filter(({ id }) => id < next));
  const before = await look({ since: request.since, limit: request.limit });
  note(before);
  yield before.reverse().map(toLogEntry);
  while (!signal.aborted) {
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const known = await look({ ids: [...told.keys()] });
    const changed = [
      ...known.filter(({ id, state }) => told.get(id) !== state),
      ...(await look({ from: next })),
    ].sort((a, b) => a.id - b.id);
    note(changed);
    if (changed.length > 0) yield changed.map(toLogEntry);
  }
}
