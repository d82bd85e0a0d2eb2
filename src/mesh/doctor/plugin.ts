import type { Installation } from "../../config/installation.ts";
import { type Check, failure, ok, warning } from "../../domain/checkup.ts";

/** A copy of the plugin that sessions run. */
export interface RunningCopy {
  readonly root: string;
  readonly version: string | undefined;
  readonly servers: number;
}

const REINSTALL =
  "Update or reinstall the plugin (`/plugin` in Claude Code); in a clone, run `npm run build`. Then restart the sessions.";

export function pluginChecks(
  installation: Installation,
  version: string,
  running: readonly RunningCopy[],
): Check[] {
  return [versionCheck(installation, version), bundleCheck(installation), copiesCheck(running, version)];
}

function versionCheck({ root, version: manifest }: Installation, version: string): Check {
  const found = `${version} in ${root}`;
  if (manifest === version) return ok("version", found);
  const says = manifest === undefined ? "has no manifest that can be read" : `has a manifest of ${manifest}`;
  return failure("version", `${found}, which ${says}`, REINSTALL);
}

function bundleCheck({ bundles }: Installation): Check {
  if (bundles === undefined)
    return failure("bundles", "the list of their sums, servers/integrity.json, is missing", REINSTALL);
  const named = (state: "missing" | "changed") => {
    const paths = bundles.filter((bundle) => bundle.state === state).map(({ path }) => path);
    return paths.length === 0 ? [] : [`${state}: ${paths.join(", ")}`];
  };
  const faults = [...named("missing"), ...named("changed")];
  return faults.length === 0
    ? ok("bundles", `all ${bundles.length} are as they were built`)
    : failure("bundles", faults.join("; "), REINSTALL);
}

function copiesCheck(running: readonly RunningCopy[], version: string): Check {
  const name = "copies in use";
  if (running.length === 0) return ok(name, "no server runs that can be seen from here");
  const found = running.map(
    (copy) =>
      `${copy.version ?? "unknown"} in ${copy.root} (${copy.servers} ${copy.servers === 1 ? "server" : "servers"})`,
  );
  const others = running.filter((copy) => copy.version !== version);
  if (running.length === 1 && others.length === 0) return ok(name, found.join());
  return warning(
    name,
    found.join("; "),
    "They share one database and get along. Restart the sessions of the older copies to have the same version everywhere.",
  );
}
