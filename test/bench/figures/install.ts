/** What a user downloads and unpacks: `npm ci --ignore-scripts`, as the client runs it, in a copy of the committed tree. */
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../../support/folder.ts";
import { REPOSITORY } from "../../support/paths.ts";
import type { Figure } from "../figure.ts";
import type { Part } from "../part.ts";

/** The design's, in MB. */
const SIZE_LIMIT = 100;
/** The client gives up on it after so long, in silence (seconds). */
const TIME_LIMIT = 60;
const MB = 1_000_000;
const BUNDLES = ["servers", "hooks", "bin"];

export const install: Part = async ({ say }) => {
  const left = (why: string) => ({ figures: [], notes: [`The install was left out: ${why}.`] });
  const folder = tempFolder();
  const archive = spawnSync("git", ["archive", "HEAD"], { cwd: REPOSITORY, maxBuffer: 256 * MB });
  if (archive.status !== 0) return left("this is no git clone");
  const unpacked = spawnSync("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (unpacked.status !== 0) return left("there is no tar to unpack the committed tree");
  const committed = size(folder);
  const bundles = BUNDLES.reduce((sum, name) => sum + size(join(folder, name)), 0);

  say("npm ci --ignore-scripts in a fresh copy");
  const start = performance.now();
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 300_000,
  });
  const seconds = (performance.now() - start) / 1_000;
  if (npm.status !== 0) return left(`npm could not: ${npm.stderr.split("\n")[0]}`);
  const all = size(folder);
  const driver = size(join(folder, "node_modules", "better-sqlite3"));

  const sized = (what: string, bytes: number, more: Partial<Figure> = {}): Figure => ({
    part: "install",
    what: `install: ${what}`,
    unit: "MB",
    n: 1,
    median: bytes / MB,
    ...more,
  });
  return {
    figures: [
      sized("size of all", all, { budgets: [{ of: "median", limit: SIZE_LIMIT }] }),
      sized("of that, better-sqlite3 with its eight prebuilt binaries", driver),
      sized("of that, all that is committed here", committed),
      sized("of that, our bundles: all that runs, beside that driver", bundles),
      {
        part: "install",
        what: "install: time of `npm ci --ignore-scripts`",
        unit: "s",
        n: 1,
        median: seconds,
        budgets: [{ of: "median", limit: TIME_LIMIT }],
      },
    ],
    notes: [
      "The install was timed once, with npm's cache as it stood: what was in it already was not downloaded again. The rest of " +
        "its size is what builds and checks the bundles; the client installs that, too.",
    ],
  };
};

/** The sum of the sizes of all files below, in bytes; one with several names counts once. */
function size(folder: string, seen = new Set<number>()): number {
  let sum = 0;
  for (const { name, parentPath } of readdirSync(folder, { withFileTypes: true })) {
    const path = join(parentPath, name);
    const found = lstatSync(path);
    if (found.isDirectory()) sum += size(path, seen);
    else if (!seen.has(found.ino)) sum += found.size;
    seen.add(found.ino);
  }
  return sum;
}
