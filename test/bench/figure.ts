/** What is measured, as plain data: the table, the page, the chart and the guard are made of these and of nothing else. */

export type Unit = "ms" | "MiB" | "MB" | "bytes" | "% of a core" | "asks/s" | "s" | "count";

export interface Budget {
  readonly of: "median" | "p99" | "ratio";
  readonly limit: number;
}

export interface Yardstick {
  readonly what: string;
  /** In the figure's own unit, measured in the same run and in turn with it. */
  readonly median: number;
}

export interface Figure {
  /** One of the parts that `figures/` holds a file for each of, such as `reply`. */
  readonly part: string;
  readonly what: string;
  readonly unit: Unit;
  readonly n: number;
  readonly median: number;
  readonly p99?: number;
  readonly yardstick?: Yardstick;
  readonly budgets?: readonly Budget[];
  /** What the chart calls it; where missing, it stands in the table alone. */
  readonly inChart?: string;
}

export interface Measured {
  readonly median: number;
  readonly p99: number;
  readonly n: number;
}

/** Median and 99th percentile, by nearest rank. */
export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { median: rank(0.5), p99: rank(0.99), n: sorted.length };
}

/** How many times its yardstick a figure is; undefined where it has none. */
export function ratio({ median, yardstick }: Figure): number | undefined {
  return yardstick === undefined ? undefined : median / yardstick.median;
}

export interface Held extends Budget {
  readonly value: number;
  readonly met: boolean;
}

/** Each budget of a figure with what it came to. */
export function held(figure: Figure): Held[] {
  return (figure.budgets ?? []).map((budget) => {
    const value = { median: figure.median, p99: figure.p99, ratio: ratio(figure) }[budget.of] ?? Number.NaN;
    return { ...budget, value, met: value <= budget.limit };
  });
}
