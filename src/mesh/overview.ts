import type { Journal, Registry } from "../domain/store.ts";
import { type LogEntry, toLogEntry } from "./log.ts";
import type { LastingMesh } from "./mesh.ts";
import { listPeers, type PeerEntry } from "./peers.ts";

/** The mesh at a moment, as somebody watches it. */
export interface Overview {
  readonly peers: PeerEntry[];
  /** What can still be answered, oldest first. */
  readonly open: LogEntry[];
  /** What was closed last, newest first. */
  readonly closed: LogEntry[];
}

/** More than fits on a screen. */
const OPEN_LIMIT = 200;
const CLOSED_LIMIT = 50;

export async function lookAround(mesh: LastingMesh<Registry & Journal>): Promise<Overview> {
  const { peers } = await listPeers(mesh, undefined);
  const now = mesh.now();
  const open = await mesh.store.history({ open: true, limit: OPEN_LIMIT, now });
  const recent = await mesh.store.history({ limit: OPEN_LIMIT + CLOSED_LIMIT, now });
  const closed = recent
    .filter((entry) => entry.closedAt !== null)
    .sort((a, b) => Number(b.closedAt) - Number(a.closedAt))
    .slice(0, CLOSED_LIMIT);
  return { peers, open: open.reverse().map(toLogEntry), closed: closed.map(toLogEntry) };
}
