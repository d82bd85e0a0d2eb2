import { branchOf, worktreeOf } from "../config/branch.ts";
import { unknownPeer } from "../domain/asking.ts";
import {
  PATH_LIMIT,
  type Peer,
  type PeerView,
  parseName,
  placeOf,
  STALE_AFTER,
  SUMMARY_LIMIT,
} from "../domain/peer.ts";
import { statusOf } from "../domain/presence.ts";
import type { Roster } from "../domain/store.ts";
import { cleanLine } from "../text/clean.ts";
import type { PeerLine } from "../text/peers-table.ts";
import { hasEnded } from "../wake/idle.ts";
import type { LastingMesh, Mesh } from "./mesh.ts";
import { sweep } from "./presence.ts";

/** A peer as `list_peers` gives it. */
export interface PeerEntry extends PeerLine {
  readonly wake: string | null;
}

export interface PeerList {
  /** Null for who looks from outside. */
  readonly you: string | null;
  readonly peers: PeerEntry[];
  /** How many more were here before. */
  readonly more?: number;
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
function doing(mesh: Pick<LastingMesh, "hostStatus">, peer: PeerView, now: number): Doing {
  const { host, asking, activity, activityAt } = peer;
  if (host === null) return { activity: "idle", since: activityAt };
  if (asking) return { activity: "asking", since: activityAt };
  const word = mesh.hostStatus(host);
  if (word === undefined || (word.status === "busy" && hasEnded(peer, word, now)))
    return { activity, since: activityAt };
  const said = { idle: "idle", busy: "busy", waiting: "blocked" } as const;
  return { activity: said[word.status], since: word.since ?? activityAt };
}

/** The live peers, those with open questions, and a few that were here last; `you` is among them. */
export async function listPeers(mesh: LastingMesh<Roster>, me: Peer | undefined): Promise<PeerList> {
  await sweep(mesh);
  const now = mesh.now();
  const { peers, more } = await mesh.store.peerPage(now);
  const entries = peers.map((peer) => toEntry(mesh, peer, now));
  return { you: me?.name ?? null, peers: entries, ...(more > 0 ? { more } : {}) };
}

/** The peer that a name leads to, as it would lead an ask; refused where that would be. */
export async function peerNamed(mesh: Mesh<Roster>, given: string): Promise<Peer> {
  await sweep(mesh);
  const now = mesh.now();
  const name = parseName(given) ?? given;
  const found = await mesh.store.peerNamed(name);
  if (found !== undefined) return found;
  throw unknownPeer(name, await mesh.store.peers(now), await mesh.store.nameNow(name), now);
}

/** The folder and the branch of a peer at this moment, as they are shown; where no session is, there is no branch. */
export function whereNow(peer: Peer): { readonly folder: string; readonly branch: string | null } {
  const live = peer.host !== null;
  const { folder: project, guest } = placeOf(peer);
  const folder = live ? folderNow(peer) : project;
  return {
    folder: cleanLine(folder, PATH_LIMIT),
    branch: live && guest === undefined ? lineOrNull(branchOf(folder), BRANCH_LIMIT) : null,
  };
}

/** Where a session works now: its project's folder, or the worktree that it went into. */
function folderNow(peer: Peer): string {
  const { folder: project } = placeOf(peer);
  if (peer.folder === null) return project;
  const worktree = worktreeOf(peer.folder);
  return worktree === undefined || worktree === worktreeOf(project) ? project : worktree;
}

function toEntry(mesh: Pick<LastingMesh, "hostStatus">, peer: PeerView, now: number): PeerEntry {
  const { folder, branch } = whereNow(peer);
  const { activity, since } = doing(mesh, peer, now);
  return {
    name: peer.name,
    project_path: folder,
    branch,
    summary: lineOrNull(peer.summary ?? peer.title, SUMMARY_LIMIT),
    status: statusOf(peer, now),
    activity,
    activity_since: new Date(since).toISOString(),
    stale: now - peer.lastSeenAt > STALE_AFTER,
    last_seen_at: new Date(peer.lastSeenAt).toISOString(),
    wake: peer.wake,
    open_questions: peer.openQuestions,
  };
}
