import { type LogLine, logTable } from "./log-table.ts";
import { type Look, paint } from "./paint.ts";
import { type PeerLine, peersTable } from "./peers-table.ts";
import { columnsOf, fit } from "./width.ts";

export interface WatchView {
  readonly peers: readonly PeerLine[];
  readonly open: readonly LogLine[];
  readonly closed: readonly LogLine[];
}

export interface Frame {
  /** One for each row of the screen, none wider than it. */
  readonly lines: readonly string[];
  /** How far it is scrolled, after it was kept within bounds. */
  readonly offset: number;
}

const KEYS = "↑ ↓ scroll   q quit";

/**
 * The screen of `watch`: a head, a foot, and between them as much of the peers and questions as fits.
 * @param height rows, @param offset how many rows of the middle are scrolled away, @param trouble what is wrong, if anything is
 */
export function watchFrame(view: WatchView, look: Look, height: number, offset: number, trouble = ""): Frame {
  const { width, colour, now } = look;
  const live = view.peers.filter(({ status }) => status === "active");
  const body = [
    ...peersTable({ you: null, peers: view.peers }, look).split("\n"),
    "",
    ...section("In flight", view.open, look),
    "",
    ...section("Closed last", view.closed, look),
  ];
  const rows = Math.max(1, height - 2);
  const last = Math.max(0, body.length - rows);
  const from = Math.min(Math.max(0, offset), last);
  const shown = body.slice(from, from + rows);
  const time = new Date(now).toLocaleTimeString("en-GB", { hour12: false });
  const head = bar(`claude-mesh  ${live.length} live, ${view.open.length} in flight`, time, width);
  const place = last === 0 ? "" : `${from + 1}–${from + shown.length} of ${body.length}`;
  const foot =
    trouble === ""
      ? paint(bar(KEYS, place, width), "dim", colour)
      : paint(fit(trouble, width), "red", colour);
  const padding = Array.from({ length: rows - shown.length }, () => "");
  return { lines: [paint(head, "bold", colour), ...shown, ...padding, foot].slice(0, height), offset: from };
}

function section(title: string, entries: readonly LogLine[], look: Look): string[] {
  const head = paint(title, "bold", look.colour);
  return entries.length === 0 ? [`${head}: nothing`] : [head, ...logTable(entries, look).split("\n")];
}

/** Two texts at both ends of a line; the right one gives way. */
function bar(left: string, right: string, width: number): string {
  const gap = width - columnsOf(left) - columnsOf(right);
  return gap < 1 ? fit(left, width) : left + " ".repeat(gap) + right;
}
