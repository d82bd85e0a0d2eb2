import type { PeerStatus } from "../domain/presence.ts";
import { ago } from "./age.ts";
import type { Look, Style } from "./paint.ts";
import { duration } from "./progress.ts";
import { type Cell, table } from "./table.ts";

/** A peer as people read of it. Times are ISO 8601. */
export interface PeerLine {
  readonly name: string;
  readonly project_path: string;
  readonly branch: string | null;
  readonly summary: string | null;
  readonly status: PeerStatus;
  /** `blocked`: it stands at a permission question. */
  readonly activity: "idle" | "busy" | "asking" | "blocked";
  /** Since when it is idle or busy: by the client's word, else by the session's own hooks. */
  readonly activity_since: string;
  readonly stale: boolean;
  readonly last_seen_at: string;
  readonly open_questions: number;
}

const COLUMNS = [
  { title: "PEER", min: 22 },
  { title: "STATE" },
  { title: "OPEN", drop: 1, align: "right" },
  { title: "PROJECT", min: 12, drop: 2, cut: "start" },
  { title: "BRANCH", min: 8, drop: 3 },
  { title: "ABOUT", min: 12, drop: 4 },
] as const;

const STYLES: Readonly<Record<PeerLine["activity"], Style>> = {
  idle: "green",
  busy: "yellow",
  asking: "cyan",
  blocked: "red",
};

/** Who is there, live ones first, as a table of the given width; `you` is marked. */
export function peersTable(
  {
    you,
    peers,
    more = 0,
  }: { readonly you: string | null; readonly peers: readonly PeerLine[]; readonly more?: number },
  look: Look,
): string {
  if (peers.length === 0) return "No session has joined the mesh yet.";
  const rows = peers.map((peer): Cell[] => {
    const mine = peer.name === you && peer.status !== "inactive";
    return [
      { text: mine ? `${peer.name} (you)` : peer.name, ...(mine ? { style: "bold" } : {}) },
      stateCell(peer, look.now),
      peer.open_questions === 0 ? "" : String(peer.open_questions),
      peer.project_path,
      peer.branch ?? "",
      peer.summary ?? "",
    ];
  });
  const rest = more === 0 ? "" : `\n${more} more ${more === 1 ? "was" : "were"} here before.`;
  return table(COLUMNS, rows, look) + rest;
}

function stateCell(peer: PeerLine, now: number): Cell {
  const seen = Date.parse(peer.last_seen_at);
  if (peer.status === "inactive") return { text: `gone ${ago(seen, now)}`, style: "dim" };
  if (peer.status === "unreachable") return { text: "unreachable", style: "red" };
  if (peer.stale) return { text: `silent ${duration(now - seen)}`, style: "dim" };
  const since = duration(now - Date.parse(peer.activity_since));
  const text = peer.activity === "asking" ? "asking" : `${peer.activity} ${since}`;
  return { text, style: STYLES[peer.activity] };
}
