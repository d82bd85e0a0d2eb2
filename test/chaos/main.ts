/** `npm run chaos`: real servers and hooks on one file, and kill -9 at any moment. Exits with 1 where a promise was broken. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import { tempFolder } from "../support/folder.ts";
import type { Field } from "./client.ts";
import { drain } from "./drain.ts";
import { runKills } from "./killer.ts";
import { makeLedger } from "./ledger.ts";
import { watchOwners } from "./owners.ts";
import { type Plan, planText, sessionRandom } from "./plan.ts";
import { makeProject, type Paths, type ProjectFolder } from "./project.ts";
import { isClean, reportText } from "./report.ts";
import { readContents } from "./rows.ts";
import { type Life, live } from "./session.ts";
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
/** The longest call waits three seconds, and a machine may be busy (milliseconds). */
const ENDS_WITHIN = 120_000;
const DRIVERS = ["better-sqlite3", "node:sqlite"] as const;
const { MESH_DRIVER: driver = "both", MESH_BELLS = "1", PATH } = process.env;

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
const env = { PATH, HOME: home, TMPDIR: temp, MESH_DB_PATH: dbPath, MESH_BELLS };
const paths: Paths = new Map();
const owners = watchOwners(dbPath, paths);
const field: Field = { dbPath, env, victims, ledger, owners };
const projects: ProjectFolder[] = [];
const lives: Life[] = [];
for (let n = 0; n < plan.sessions; n++) {
  // Every fourth is a second session of the project before it.
  const shared = n % 4 === 3 ? projects.at(-1) : undefined;
  const project = shared ?? makeProject(join(data, "projects", "first"), `p${projects.length + 1}`, paths);
  if (shared === undefined) projects.push(project);
  lives.push({
    name: `s${n + 1}`,
    project,
    all: lives,
    paths,
    random: sessionRandom(plan, n),
    // Half of the processes have the one, half the other, also in one project.
    driver: (client) => (driver === "both" ? DRIVERS[(n + client) % 2] : driver) ?? "auto",
    asked: [],
    owed: new Set(),
    called: project.key,
  });
}

console.log(
  `${planText(plan)}\nNode ${process.versions.node}, MESH_DRIVER=${driver}, MESH_BELLS=${MESH_BELLS}\n`,
);
let over = false;
const killing = runKills(plan, dbPath, victims).finally(() => {
  over = true;
});
const living = Promise.all(lives.map((life) => live(field, life, () => over)));
const kills = await Promise.race([killing, living.then(() => killing)]);
// What has not ended by itself long after the last kill never will.
const late = new AbortController();
const tooLate = pause(ENDS_WITHIN, undefined, { signal: late.signal }).then(() => {
  ledger.stuck.push(...ledger.underWay);
});
tooLate.catch(() => {});
await Promise.race([living, tooLate]);
late.abort();
const lastDriver = driver === "both" ? "auto" : driver;
await drain(field, projects, lastDriver);
owners.close();
const { integrity, ...contents } = readContents(dbPath, lastDriver as DriverChoice);
const outcome = {
  ledger,
  kills,
  victims,
  verdict: judge(ledger, { integrity, ...contents }, paths),
  integrity,
  processesLeft: victims.left(),
  filesLeft: [
    ...strangers(data, /^(mesh\.db(-wal|-shm|\.bells)?|projects)$/),
    ...strangers(temp),
    ...strangers(home),
  ],
};
console.log(reportText(outcome));
process.exit(isClean(outcome) ? 0 : 1);

function number(name: keyof typeof values, least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  console.error(`--${name}=${values[name]}: expected a whole number from ${least}`);
  process.exit(2);
}

function strangers(path: string, known = /^$/): string[] {
  return readdirSync(path).filter((name) => !known.test(name));
}
