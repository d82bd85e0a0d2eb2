import { asciiOf } from "./ascii.ts";

/** What a person or a model calls a session, and what the mesh knows of it. Times are milliseconds since the epoch. */

export type Activity = "idle" | "busy";

/**
 * The ways to make an idle session take a turn, in the order they are tried: its own inbox socket, the waker that a
 * Stop hook left behind, its next prompt. `refused`: the user's settings keep other sessions' messages out.
 */
export type WakeRung = "socket" | "rewake" | "prompt" | "refused";

/** Identifies one process for good: pid, start time and process space, so that a reused pid is another process. */
export type ProcessKey = string;

export interface Peer {
  readonly id: number;
  readonly name: string;
  readonly projectPath: string;
  /** The name that is its project's own, and that no session can choose; null where only older code knows the project. */
  readonly ownName: string | null;
  readonly sessionId: string | null;
  /** The live host process, or null while no session holds this address. */
  readonly host: ProcessKey | null;
  /** The process of the mesh server that serves the session; null while there is none. */
  readonly server: ProcessKey | null;
  /** Until when a server may still be starting; null where older code joined, which says nothing of its server. */
  readonly serverDueAt: number | null;
  /** Its host process or its server was seen to be suspended, and not yet to go on. */
  readonly suspended: boolean;
  /** Where the session works at this moment, as its hooks say; null before the first that says it. */
  readonly folder: string | null;
  readonly summary: string | null;
  /** The host's title for the session. */
  readonly title: string | null;
  /** The names that may ask here; null: everybody. */
  readonly accept: readonly string[] | null;
  readonly activity: Activity;
  readonly activityAt: number;
  /** The last sign of the session itself: a hook or a tool call. */
  readonly activeAt: number;
  /** The host's name for the turn that runs now, or ran last; null where it tells none. */
  readonly turn: string | null;
  /** As the host's hooks name it: `default`, `plan`, `bypassPermissions`…; null before the first that says it. */
  readonly permissionMode: string | null;
  /** The way that last led from a wake to a showing. */
  readonly wake: WakeRung | null;
  /** The live process that a Stop hook left behind to wake the session. */
  readonly waker: ProcessKey | null;
  readonly lastSeenAt: number;
}

/**
 * The permission mode in which the host asks its user about nothing. There a question weighs more than where it came from,
 * so a session that is shown one hears it, unless the asker's session does the same.
 */
export const BYPASS = "bypassPermissions";

/** A peer as others see it. */
export interface PeerView extends Peer {
  readonly asking: boolean;
  readonly openQuestions: number;
}

export const NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/;
export const SUMMARY_LIMIT = 200;
/** Characters of a path that are shown. */
export const PATH_LIMIT = 500;
/** Not seen for longer than this, a peer is called stale (milliseconds). */
export const STALE_AFTER = 30 * 60_000;

/**
 * Guests ask and are not asked: a terminal, and a run that a program drives and that ends by itself (`claude -p`). Their
 * addresses stand beside the folder's own, so that no session gets the mail of a guest, and no guest that of a session. A
 * session's folder is an absolute path and never looks like this.
 */
const PLACES = { terminal: "terminal:", run: "run:" } as const;

export type GuestKind = keyof typeof PLACES;

export function guestPlace(kind: GuestKind, folder: string): string {
  return PLACES[kind] + folder;
}

/** The folder that an address belongs to, and which kind of guest has it there, if one does. */
export function placeOf({ projectPath }: Pick<Peer, "projectPath">): {
  folder: string;
  guest: GuestKind | undefined;
} {
  for (const guest of ["terminal", "run"] as const)
    if (projectPath.startsWith(PLACES[guest]))
      return { folder: projectPath.slice(PLACES[guest].length), guest };
  return { folder: projectPath, guest: undefined };
}

/** Whether anybody at all may ask it; a guest has no reader. */
export function takesQuestions({ accept }: Pick<Peer, "accept">): boolean {
  return accept === null || accept.length > 0;
}

/** Folds case; returns undefined where the text is no valid name even so. */
export function parseName(text: string): string | undefined {
  const folded = text.trim().toLowerCase();
  return NAME_PATTERN.test(folded) ? folded : undefined;
}

/** A name that somebody else wrote down: whatever it was, nothing is in it but what names are made of. */
export function heldName(text: string): string {
  return text.slice(0, 63).replace(/[^a-z0-9._-]/g, "_");
}

/** Makes a valid name out of any text, such as a folder's basename; the same text gives the same name. */
export function makeName(text: string): string {
  const name = asciiOf(text)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63)
    .replace(/[-.]+$/, "");
  return name === "" ? "session" : name;
}

/** The n-th name of a family: `backend`, `backend-2`, `backend-3`… (n from 1). */
export function familyName(base: string, n: number): string {
  if (n <= 1) return base;
  const suffix = `-${n}`;
  return base.slice(0, 63 - suffix.length) + suffix;
}

/** The place of a name in a family (1 for the base itself), or undefined for a stranger. */
export function familyRank(base: string, name: string): number | undefined {
  if (name === base) return 1;
  const suffix = /-([2-9]|[1-9]\d{1,4})$/.exec(name);
  const rank = Number(suffix?.[1]);
  return suffix !== null && familyName(base, rank) === name ? rank : undefined;
}

/**
 * The name that a project's session gets: the first of its family that the project bore before and that is free, so
 * that addresses outlive restarts; else the first free one.
 */
export function chooseName(
  baseName: string,
  formerNames: readonly string[],
  isFree: (name: string) => boolean,
): string {
  const former = formerNames
    .map((name) => ({ name, rank: familyRank(baseName, name) ?? Number.POSITIVE_INFINITY }))
    .filter(({ name, rank }) => Number.isFinite(rank) && isFree(name))
    .sort((a, b) => a.rank - b.rank)[0];
  if (former !== undefined) return former.name;
  for (let n = 1; ; n++) {
    const name = familyName(baseName, n);
    if (isFree(name)) return name;
  }
}

/** The names nearest to a mistyped one, best first, at most three. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const scored = names.map((name) => ({ name, distance: editDistance(wanted, name) }));
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return scored
    .filter(({ name, distance }) => distance <= limit || name.includes(wanted) || wanted.includes(name))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
