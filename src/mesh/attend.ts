import type { Peer, WakeRung } from "../domain/peer.ts";
import { statusOf } from "../domain/presence.ts";
import type { Registry, Turns, Waking } from "../domain/store.ts";
import type { LastingMesh } from "./mesh.ts";
import { sweep } from "./presence.ts";
import { type Watch, watchOver } from "./watch.ts";

export interface Attendance {
  readonly rung: WakeRung;
  /** Whether this rung is to be tried now. */
  readonly ready: (peer: Peer) => boolean;
  /** Whether the session would start a turn of its own now. */
  readonly idle: (peer: Peer) => boolean;
  /** Since when no turn runs by the client's own word (milliseconds since the epoch); undefined where it says nothing. */
  readonly idleSince: () => number | undefined;
  /** Whether the user lets the session be woken; asked last, of an idle session only. */
  readonly allowed: () => boolean;
  readonly wake: () => Promise<void>;
}

/** A session whose turn is just ending is looked at again so soon (milliseconds). */
const SOON = 100;

/**
 * Watches over an idle session: when something waits for its peer that nothing is about to show, claims the wake and
 * makes it. Resolves when the signal aborts.
 */
export function attend(
  mesh: LastingMesh<Registry & Turns & Waking>,
  host: string,
  peerId: number,
  attendance: Attendance & Pick<Watch, "signal" | "onError">,
): Promise<void> {
  const look = () => wakeIfDue(mesh, host, peerId, attendance);
  return watchOver(mesh, peerId, { ...attendance, look });
}

/** Wakes the session if something waits that it should be woken for. Returns when to look again at the latest (milliseconds). */
export async function wakeIfDue(
  mesh: LastingMesh<Registry & Turns & Waking>,
  host: string,
  peerId: number,
  attendance: Attendance,
): Promise<number> {
  const due = await mesh.store.wakeDue(peerId, mesh.now());
  return due ? wakeIfIdle(mesh, host, attendance) : Number.POSITIVE_INFINITY;
}

async function wakeIfIdle(
  mesh: LastingMesh<Registry & Turns & Waking>,
  host: string,
  attendance: Attendance,
): Promise<number> {
  const peer = await mesh.store.peerOf(host);
  if (peer === undefined || !attendance.ready(peer)) return Number.POSITIVE_INFINITY;
  // It could answer nothing, so the turn would show it nothing.
  if (statusOf(peer, mesh.now()) !== "active") {
    // Resumed, it is the first to see that.
    if (peer.suspended) await sweep(mesh);
    return Number.POSITIVE_INFINITY;
  }
  if (!attendance.idle(peer)) return peer.activity === "idle" ? SOON : Number.POSITIVE_INFINITY;
  const since = attendance.idleSince();
  if (since !== undefined) await mesh.store.turnSeen(peer.id, "idle", { before: since });
  if (!attendance.allowed()) return Number.POSITIVE_INFINITY;
  const claimed = await mesh.store.claimWake({ peer: peer.id, rung: attendance.rung, now: mesh.now() });
  if (claimed) await attendance.wake();
  return Number.POSITIVE_INFINITY;
}
