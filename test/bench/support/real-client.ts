/** The real client and its terminal: neither belongs to what a user installs, so each may be missing. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { clientBinary, type Version } from "../../host/support/binary.ts";
import { REPOSITORY } from "../../support/paths.ts";

/** Milliseconds that each of the two may take to be fetched. */
const FETCHED_WITHIN = 120_000;

/** Fetches what is missing; says what is still missing after that, in words, or nothing. */
export function missingForClient(version: Version, say: (line: string) => void): string | undefined {
  if (!haveTmux()) {
    // Only where nobody has to be asked for a password.
    if (process.getuid?.() === 0) {
      say("tmux is missing: apt-get install tmux");
      run("apt-get", ["-qq", "update"]);
      run("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", "tmux"]);
    }
    if (!haveTmux()) return "there is no tmux to run it in (`apt-get install tmux`)";
  }
  if (!haveClient(version)) {
    say("the real client is missing: npm ci in test/host");
    run("npm", ["--prefix", join(REPOSITORY, "test", "host"), "ci", "--ignore-scripts"]);
    if (!haveClient(version))
      return `Claude Code ${version} could not be fetched for this platform (\`npm --prefix test/host ci\`)`;
  }
  return undefined;
}

function haveTmux(): boolean {
  return spawnSync("tmux", ["-V"], { stdio: "ignore" }).status === 0;
}

function haveClient(version: Version): boolean {
  try {
    clientBinary(version);
    return true;
  } catch {
    return false;
  }
}

function run(file: string, args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync(file, args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: FETCHED_WITHIN });
}
