import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/paths.ts";
import type { Machine } from "./machine.ts";
import { markdownTable, type Report } from "./report.ts";

const DOCS = join(REPOSITORY, "docs");
/** What stands around it is written by hand. */
const MEASURED = /(<!-- figures -->\n)[^]*(<!-- \/figures -->)/;

/** Writes what was measured to `docs/`: as data, and in the page's measured part. */
export function writeDocs(report: Report): void {
  writeFileSync(join(DOCS, "benchmarks.json"), `${JSON.stringify(report, null, 2)}\n`);
  const page = join(DOCS, "benchmarks.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(
    page,
    text.replace(MEASURED, (_, start: string, end: string) => start + measuredPart(report) + end),
  );
}

function measuredPart({ date, quick, machine, figures, notes }: Report): string {
  const parts = [
    `Measured on ${date.slice(0, 10)}${quick ? " (a quick run)" : ""}: ${machineText(machine)}.`,
    markdownTable(figures),
    ...notes,
  ];
  return `${parts.join("\n\n")}\n`;
}

export function machineText({ processor, cores, memoryGiB, system, versions }: Machine): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [`${processor}, ${cores} cores, ${memoryGiB} GiB`, system, ...programs].join("; ");
}
