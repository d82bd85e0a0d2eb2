import { type Check, ok, warning } from "../../domain/checkup.ts";
import type { PeerView, ProcessKey, WakeRung } from "../../domain/peer.ts";
import { asSeen, type KnownProcess, type Seen, statusOf } from "../../domain/presence.ts";
import { ago } from "../../text/age.ts";

export interface PeerFacts {
  readonly peers: readonly PeerView[];
  readonly processes: readonly KnownProcess[];
  /** What became of them. */
  readonly seen: Seen;
  readonly pidOf: (process: ProcessKey) => number;
  /** Whether the client of a peer has an inbox socket; undefined where that cannot be seen. */
  readonly socketOf: (peer: PeerView) => boolean | undefined;
  /** Peers of which a bell was left. */
  readonly bells: readonly number[];
  readonly now: number;
}

/** By how each peer is woken: `refused` and `prompt` leave an idle session asleep until its user comes. */
const RUNGS: Readonly<Record<WakeRung | "unknown", string>> = {
  socket: "woken by its own inbox socket",
  rewake: "woken by the waker that its hooks leave behind",
  prompt: "not woken: reached at its next prompt",
  refused: "not woken: the user's settings keep other sessions' messages out",
  unknown: "not woken yet, so the way is not known",
};

const SOCKETS: Readonly<Record<`${boolean | undefined}`, string>> = {
  true: "has an inbox socket; ",
  false: "no inbox socket; ",
  undefined: "",
};

export function peerChecks(facts: PeerFacts): Check[] {
  const { peers, bells } = facts;
  const bound = peers.filter(({ host }) => host !== null);
  const ids = new Set(bound.map(({ id }) => id));
  const leftBells = bells.filter((id) => !ids.has(id));
  const none = bound.length === 0 ? [ok("live peers", `none; ${peers.length} were here before`)] : [];
  return [...none, ...bound.map((peer) => peerCheck(peer, facts)), waitCheck(facts), bellCheck(leftBells)];
}

function peerCheck(peer: PeerView, { seen, pidOf, socketOf, now }: PeerFacts): Check {
  const name = `peer ${peer.name}`;
  const host = peer.host ?? "";
  const who = `process ${pidOf(host)}, seen ${ago(peer.lastSeenAt, now)}`;
  const found = asSeen(peer, seen, now);
  const status = statusOf(found, now);
  if (status === "inactive")
    return warning(
      name,
      `${who}, is gone, and its name not free yet`,
      "Any session's next look frees it; so does `claude-mesh doctor --repair`.",
    );
  if (status === "unreachable" && found.suspended)
    return warning(
      name,
      `${who}; it is suspended, so it can neither ask nor answer`,
      "Resume it: `fg` in its terminal.",
    );
  if (status === "unreachable")
    return warning(
      name,
      `${who}; its server does not run, so it can neither ask nor answer`,
      "Reconnect the server in that session (`/mcp`), or restart the session.",
    );
  const woken = `${who}; ${SOCKETS[`${socketOf(peer)}`]}${RUNGS[peer.wake ?? "unknown"]}`;
  return peer.wake === "refused"
    ? warning(
        name,
        woken,
        "Set `crossSessionInbound` to `accept` in the settings if that session is to be woken.",
      )
    : ok(name, woken);
}

function waitCheck({ processes, peers, seen: { gone } }: PeerFacts): Check {
  const known = new Set(peers.flatMap(({ host, server }) => [host, server]));
  const left = processes.filter(({ process }) => gone.has(process) && !known.has(process));
  if (left.length === 0) return ok("waits", "none of a process that is gone");
  return warning(
    "waits",
    `${left.length} processes that are gone still hold a wait, which keeps answers from the inbox`,
    "Any session's next look ends them; so does `claude-mesh doctor --repair`.",
  );
}

function bellCheck(left: readonly number[]): Check {
  return ok(
    "bells",
    left.length === 0 ? "none left behind" : `${left.length} left behind, which --repair removes`,
  );
}
