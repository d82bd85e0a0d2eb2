/** `npm run chaos`: real servers and hooks on one file, and kill -9 at any moment. Exits with 1 where a promise was broken. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import { tempFolder } from "../support/folder.ts";
import type { Field } from "./client.ts";
import { drain } from "./drain.ts";
import { runKills } from "./killer.ts";
import { makeLedger } from "./ledger.ts";
import { type Plan, planText, sessionRandom } from "./plan.ts";
import { isClean, reportText } from "./report.ts";
import { readContents } from "./rows.ts";
import { live, makeLife } from "./session.ts";
import { judge } from "./verdict.ts";
import { makeVictims } from "./victims.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    sessions: { type: "string", default: "6" },
  },
});
const plan: Plan = {
  seed: number("seed", 0),
  seconds: number("seconds", 1),
  sessions: number("sessions", 2),
};
const { MESH_DRIVER: driver = "auto", MESH_BELLS = "1", PATH } = process.env;

const folder = tempFolder();
const [home, data, temp] = ["home", "data", "temp"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
for (const path of [home, data, temp]) mkdirSync(path);
const dbPath = join(data, "mesh.db");
const victims = makeVictims();
const ledger = makeLedger();
const env = { PATH, HOME: home, TMPDIR: temp, MESH_DB_PATH: dbPath, MESH_DRIVER: driver, MESH_BELLS };
const field: Field = { dbPath, env, victims, ledger };
const names = Array.from({ length: plan.sessions }, (_, n) => `s${n + 1}`);
const lives = names.map((name, n) => makeLife(field, names, name, sessionRandom(plan, n)));

console.log(
  `${planText(plan)}\nNode ${process.versions.node}, MESH_DRIVER=${driver}, MESH_BELLS=${MESH_BELLS}\n`,
);
let over = false;
const killing = runKills(plan, dbPath, victims).finally(() => {
  over = true;
});
const [kills] = await Promise.all([killing, ...lives.map((life) => live(field, life, () => over))]);
await drain(field, lives);
const { integrity, ...contents } = readContents(dbPath, driver as DriverChoice);
const outcome = {
  ledger,
  kills,
  victims,
  verdict: judge(ledger, { integrity, ...contents }),
  integrity,
  processesLeft: victims.left(),
  filesLeft: [
    ...strangers(data, /^(mesh\.db(-wal|-shm|\.bells)?|projects)$/),
    ...strangers(temp),
    ...strangers(home),
  ],
};
console.log(reportText(outcome));
process.exitCode = isClean(outcome) ? 0 : 1;

function number(name: keyof typeof values, least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`--${name}=${values[name]}: expected a whole number from ${least}`);
  process.exit(2);
}

function strangers(path: string, known = /^$/): string[] {
  return readdirSync(path).filter((name) => !known.test(name));
}
