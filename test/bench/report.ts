import { type Budget, type Figure, held, ratio, type Unit } from "./figure.ts";
import type { Machine } from "./machine.ts";

/** All that a run found; `docs/benchmarks.json` is this, and the page and the chart are made from it. */
export interface Report {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

const HEADS = ["figure", "n", "median", "p99", "yardstick", "ratio", "budget"] as const;

/** A row for each figure, as the terminal and the page show them. */
export function rows(figures: readonly Figure[]): string[][] {
  return figures.map((figure) => {
    const { what, n, unit, median, p99, yardstick } = figure;
    const times = ratio(figure);
    return [
      what,
      String(n),
      amount(median, unit),
      p99 === undefined ? "" : amount(p99, unit),
      yardstick === undefined ? "" : `${amount(yardstick.median, unit)}: ${yardstick.what}`,
      times === undefined ? "" : `${digits(times)} ×`,
      held(figure)
        .map((budget) => `${budgetText(budget, unit)} ${budget.met ? "met" : `**missed**`}`)
        .join(", "),
    ];
  });
}

export function markdownTable(figures: readonly Figure[]): string {
  const lines = [HEADS, HEADS.map(() => "---"), ...rows(figures)];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The same in columns. */
export function textTable(figures: readonly Figure[]): string {
  const lines = [[...HEADS], ...rows(figures)].map((cells) => cells.map((cell) => cell.replace(/[`*]/g, "")));
  const widths = HEADS.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function budgetText({ of, limit }: Budget, unit: Unit): string {
  return of === "ratio" ? `≤ ${limit} ×` : `${of} ≤ ${amount(limit, unit)}`;
}

export function amount(value: number, unit: Unit): string {
  return unit === "count" ? digits(value) : `${digits(value)} ${unit}`;
}

/** Three figures that count, and no more. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "—";
  const places = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { maximumFractionDigits: Math.min(places, 4) });
}
