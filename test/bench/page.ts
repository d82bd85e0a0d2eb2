import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/paths.ts";
import { chart } from "./chart.ts";
import { type Figure, held, ratio } from "./figure.ts";
import type { Machine } from "./machine.ts";
import { markdownTable, type Report } from "./report.ts";

const DOCS = join(REPOSITORY, "docs");
/** What stands around it is written by hand. */
const MEASURED = /(<!-- figures -->\n)[^]*(<!-- \/figures -->)/;

/** A table for each, in this order. */
const HEADINGS: Readonly<Record<string, string>> = {
  reply: "An answer's way to who waits for it",
  client: "Two real clients",
  hooks: "Each hook, and the server's start",
  idle: "Sessions that do nothing",
  scale: "Much history, many peers",
  throughput: "As fast as they can",
  install: "The install",
  sizes: "Bundles",
  statements: "SQL statements of each operation",
};

/** Writes what was measured to `docs/`: as data, as a picture, and in the page's measured part. */
export function writeDocs(report: Report): void {
  writeFileSync(
    join(DOCS, "benchmarks.json"),
    `${JSON.stringify({ ...report, figures: report.figures.map(judged) }, null, 2)}\n`,
  );
  writeFileSync(join(DOCS, "benchmarks.svg"), chart(report.figures));
  const page = join(DOCS, "benchmarks.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(
    page,
    text.replace(MEASURED, (_, start: string, end: string) => start + measuredPart(report) + end),
  );
}

/** A figure with what it comes to: its ratio, and each budget's value and whether it is met. */
function judged(figure: Figure): object {
  const times = ratio(figure);
  const budgets = held(figure);
  return {
    ...figure,
    ...(times === undefined ? {} : { ratio: times }),
    ...(budgets.length === 0 ? {} : { budgets }),
  };
}

function measuredPart({ date, quick, machine, figures, notes }: Report): string {
  const tables = Object.entries(HEADINGS).flatMap(([part, heading]) => {
    const own = figures.filter((figure) => figure.part === part);
    return own.length === 0 ? [] : [`### ${heading}`, markdownTable(own)];
  });
  const parts = [
    `Measured on ${date.slice(0, 10)}${quick ? " (a quick run)" : ""}: ${machineText(machine)}.`,
    ...tables,
    "### Remarks",
    ...notes,
  ];
  return `${parts.join("\n\n")}\n`;
}

export function machineText({ processor, cores, memoryGiB, system, versions }: Machine): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [`${processor}, ${cores} cores, ${memoryGiB} GiB`, system, ...programs].join("; ");
}
