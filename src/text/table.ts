import { oneLine } from "./clean.ts";
import { type Look, paint, type Style } from "./paint.ts";
import { columnsOf, fit } from "./width.ts";

export interface Column {
  readonly title: string;
  /** What is left of it where there is little room, in terminal columns; without it, it is never cut. */
  readonly min?: number;
  /** Where there is no room for all, the column with the highest number goes first, and so does an empty one; without one it stays. */
  readonly drop?: number;
  readonly align?: "right";
  /** The end of a path says more than its beginning. */
  readonly cut?: "start";
}

export type Cell = string | { readonly text: string; readonly style?: Style };

const GAP = 2;
/** Nothing longer is looked at: it would be cut anyway. */
const CELL_LIMIT = 1_000;

/** A table fitted to the width, one line for each row. Cells may hold anybody's words: they are cleaned here. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], look: Look): string {
  const cells = rows.map((row) => row.map(toCell));
  const natural = columns.map(({ title, drop }, at) => {
    const widest = Math.max(0, ...cells.map((row) => columnsOf(row[at]?.text ?? "")));
    return widest === 0 && drop !== undefined ? 0 : Math.max(columnsOf(title), widest);
  });
  const widths = fitWidths(columns, natural, look.width);
  const line = (row: readonly { text: string; style?: Style }[]) =>
    columns
      .map((column, at) => ({ column, width: widths[at] ?? 0, cell: row[at] ?? { text: "" } }))
      .filter(({ width }) => width > 0)
      .map(({ column, width, cell }, at, all) => {
        const text = fit(cell.text, width, column.cut);
        const padding = " ".repeat(width - columnsOf(text));
        const painted = paint(text, cell.style, look.colour);
        if (column.align === "right") return padding + painted;
        return at === all.length - 1 ? painted : painted + padding;
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  const head = columns.map(({ title }) => ({ text: title, style: "dim" as const }));
  return [head, ...cells].map(line).join("\n");
}

function toCell(cell: Cell): { text: string; style?: Style } {
  const { text, style } = typeof cell === "string" ? { text: cell, style: undefined } : cell;
  const clean = { text: oneLine(text, CELL_LIMIT) };
  return style === undefined ? clean : { ...clean, style };
}

/** The width of each column; 0 for one that was dropped. */
function fitWidths(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const min = columns.map((column, at) => Math.min(natural[at] ?? 0, column.min ?? Number.POSITIVE_INFINITY));
  const kept = new Set([...columns.keys()].filter((at) => (natural[at] ?? 0) > 0));
  const total = (widths: readonly number[]) =>
    [...kept].reduce((sum, at) => sum + (widths[at] ?? 0) + GAP, -GAP);
  while (total(min) > width) {
    const next = [...kept]
      .filter((at) => columns[at]?.drop !== undefined)
      .sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))[0];
    if (next === undefined) break;
    kept.delete(next);
  }
  const widths = natural.map((own, at) => (kept.has(at) ? own : 0));
  shrink(widths, min, total(widths) - width);
  // Too narrow even for those: whatever it takes.
  const least = widths.map((own) => Math.min(own, 1));
  shrink(widths, least, total(widths) - width);
  return widths;
}

/** Takes so many columns away: the widest gives first, down to the next widest, and none more than to its least. */
function shrink(widths: number[], least: readonly number[], excess: number): void {
  for (let left = excess; left > 0; ) {
    const [first, second] = [...widths.keys()]
      .filter((at) => (widths[at] ?? 0) > (least[at] ?? 0))
      .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (first === undefined) return;
    const own = widths[first] ?? 0;
    const toNext = second === undefined ? own : own - (widths[second] ?? 0);
    const step = Math.min(left, own - (least[first] ?? 0), Math.max(1, toNext));
    widths[first] = own - step;
    left -= step;
  }
}
