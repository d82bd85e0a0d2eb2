/** `npm run bench [-- --quick] [-- --guard] [-- part …]`: measures, prints one table, and writes it to `docs/`. */
import { parseArgs } from "node:util";
import { client } from "./figures/client.ts";
import { hooks } from "./figures/hooks.ts";
import { idle } from "./figures/idle.ts";
import { install } from "./figures/install.ts";
import { reply } from "./figures/reply.ts";
import { scale } from "./figures/scale.ts";
import { sizes } from "./figures/sizes.ts";
import { statements } from "./figures/statements.ts";
import { throughput } from "./figures/throughput.ts";
import { atMost } from "./guard.ts";
import { describeMachine } from "./machine.ts";
import { machineText, writeDocs } from "./page.ts";
import type { Part, Result } from "./part.ts";
import { type Report, textTable } from "./report.ts";
import { endLeftOver } from "./support/proc.ts";
import { openScope } from "./support/scope.ts";

const PARTS: Readonly<Record<string, Part>> = {
  reply,
  client,
  hooks,
  sizes,
  statements,
  idle,
  scale,
  throughput,
  install,
};
/** The parts that find what no noise explains; none of them needs the real client, tmux or a registry. */
const GUARDING: readonly string[] = ["sizes", "statements", "idle", "scale", "throughput"];

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, guard: { type: "boolean", default: false } },
  allowPositionals: true,
});
const { quick, guard } = values;
const say = (line: string) => void process.stderr.write(`${line}\n`);

const unknown = positionals.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  say(`there is no part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}`);
  process.exit(1);
}

async function runPart(name: string, part: Part): Promise<Result> {
  const scope = openScope();
  const started = performance.now();
  try {
    return await part({ quick, scope, say: (line) => say(`  ${line}`) });
  } finally {
    await scope.close();
    say(`${name}: ${Math.round((performance.now() - started) / 1_000)} s`);
  }
}

const wanted = positionals.length > 0 ? positionals : guard ? GUARDING : Object.keys(PARTS);
const results: Result[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (!wanted.includes(name)) continue;
  const result = await runPart(name, part);
  const left = atMost(0, await endLeftOver(), `processes left over by the part "${name}"`);
  results.push({ ...result, faults: [...(result.faults ?? []), ...left] });
}
const report: Report = {
  date: new Date().toISOString(),
  quick,
  machine: describeMachine(Object.assign({}, ...results.map(({ versions }) => versions))),
  figures: results.flatMap(({ figures }) => figures),
  notes: results.flatMap(({ notes = [] }) => notes),
};
console.log(`${machineText(report.machine)}\n\n${textTable(report.figures)}`);
for (const note of report.notes) console.log(`\n${note}`);
// A part alone, and a look of the guard, leave the page as it is.
if (positionals.length === 0 && !guard) writeDocs(report);

const faults = results.flatMap(({ faults = [] }) => faults);
for (const { what, found, limit } of faults) console.log(`\nFAULT: ${what}: ${found}, at most ${limit}`);
if (faults.length > 0) process.exitCode = 1;
else if (guard) console.log("\nThe guard found nothing.");
