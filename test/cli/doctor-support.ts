import assert from "node:assert/strict";
import { join } from "node:path";
import type { Check, CheckGroup } from "../../src/domain/checkup.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { type CliOptions, jsonOf } from "../support/cli.ts";
import { REPOSITORY } from "../support/paths.ts";
import { runNode } from "../support/process.ts";
import type { World } from "../support/world.ts";

export interface DoctorRun extends CliOptions {
  /** A copy of the plugin. */
  readonly root?: string;
}

export interface Diagnosis {
  readonly code: number | null;
  readonly failures: number;
  readonly checks: readonly Check[];
  check(name: string): Check;
}

/** Runs the bundled command, of the repository or of a copy of the plugin. */
export function runDoctor(world: World, args: readonly string[], options: DoctorRun = {}) {
  const { root = REPOSITORY, in: project = "desk", env } = options;
  return runNode([join(root, "bin", "claude-mesh"), "doctor", ...args], {
    cwd: world.project(project),
    env: { ...world.env, ...env },
  });
}

/** What the doctor finds, as data; the screen must say the same. */
export async function diagnose(world: World, options?: DoctorRun): Promise<Diagnosis> {
  const run = await runDoctor(world, ["--json"], options);
  const { groups, failures } = jsonOf<{ groups: CheckGroup[]; failures: number }>(run);
  const checks = groups.flatMap((group) => group.checks);
  return {
    code: run.code,
    failures,
    checks,
    check(name) {
      const found = checks.find((check) => check.name === name);
      assert.ok(found, `no check "${name}" in ${checks.map((check) => check.name).join(", ")}`);
      return found;
    },
  };
}

/** That a check came out so, says what was found, and what to do. */
export function assertCheck(check: Check, verdict: Check["verdict"], found: RegExp, remedy?: RegExp): void {
  assert.equal(check.verdict, verdict, JSON.stringify(check));
  assert.match(check.found, found);
  if (remedy !== undefined) assert.match(check.remedy ?? "", remedy);
  assert.equal(check.remedy === undefined, verdict === "ok");
}

/** An empty database of this version in the world's place. */
export function makeDatabaseFile({ dbPath }: World): void {
  openDatabase({ path: dbPath, driver: "auto", busyTimeout: 1_000 }).db.close();
}
