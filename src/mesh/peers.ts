import { branchOf } from "../config/branch.ts";
import { PATH_LIMIT, type Peer, type PeerView, placeOf, STALE_AFTER, SUMMARY_LIMIT } from "../domain/peer.ts";
import type { Roster } from "../domain/store.ts";
import { cleanLine } from "../text/clean.ts";
import type { PeerLine } from "../text/peers-table.ts";
import type { LastingMesh } from "./mesh.ts";
import { sweep } from "./presence.ts";

/** A peer as `list_peers` gives it. */
export interface PeerEntry extends PeerLine {
  readonly wake: string | null;
}

export interface PeerList {
  /** Null for who looks from outside. */
  readonly you: string | null;
  readonly peers: PeerEntry[];
}

/** Characters of a branch's name that are shown. */
const BRANCH_LIMIT = 200;

function lineOrNull(text: string | null, limit: number): string | null {
  return text === null ? null : cleanLine(text, limit);
}

interface Doing {
  readonly activity: PeerEntry["activity"];
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** The client's own word counts for more than our marks: no hook tells of a turn that Esc ended. */
function doing(
  mesh: Pick<LastingMesh, "hostStatus">,
  { host, asking, activity, activityAt }: PeerView,
): Doing {
  if (host === null) return { activity: "idle", since: activityAt };
  if (asking) return { activity: "asking", since: activityAt };
  const word = mesh.hostStatus(host);
  if (word === undefined) return { activity, since: activityAt };
  return { activity: word.status === "idle" ? "idle" : "busy", since: word.since ?? activityAt };
}

/** Every peer there is, live ones first, but for terminals that are gone; `you` is among them. */
export async function listPeers(mesh: LastingMesh<Roster>, me: Peer | undefined): Promise<PeerList> {
  await sweep(mesh);
  const now = mesh.now();
  const peers = (await mesh.store.peers(now)).filter((peer) => peer.host !== null || !placeOf(peer).terminal);
  return { you: me?.name ?? null, peers: peers.map((peer) => toEntry(mesh, peer, now)) };
}

function toEntry(mesh: Pick<LastingMesh, "hostStatus">, peer: PeerView, now: number): PeerEntry {
  const live = peer.host !== null;
  const { folder, terminal } = placeOf(peer);
  const { activity, since } = doing(mesh, peer);
  return {
    name: peer.name,
    project_path: cleanLine(folder, PATH_LIMIT),
    branch: live && !terminal ? lineOrNull(branchOf(folder), BRANCH_LIMIT) : null,
    summary: lineOrNull(peer.summary ?? peer.title, SUMMARY_LIMIT),
    status: live ? "active" : "inactive",
    activity,
    activity_since: new Date(since).toISOString(),
    stale: now - peer.lastSeenAt > STALE_AFTER,
    last_seen_at: new Date(peer.lastSeenAt).toISOString(),
    wake: peer.wake,
    open_questions: peer.openQuestions,
  };
}
