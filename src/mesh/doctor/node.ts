import type { NodeFacts } from "../../config/machine.ts";
import { nodeProblem } from "../../config/node-version.ts";
import { type Check, failure, ok, warning } from "../../domain/checkup.ts";
import type { DriverFacts } from "../../store/sqlite/examine.ts";

/** better-sqlite3 13 needs Node-API 10: Node 22.14 and later, but for 23.0 to 23.5. */
const DRIVER_NODE_API = 10;
const NEWER = "Put Node 22.14 or later first on the PATH that sessions start with, and restart them.";

export function nodeChecks(node: NodeFacts, driver: DriverFacts, home: string | undefined): Check[] {
  return [thisNode(node), nodeOnPath(node), driverCheck(driver), homeCheck(home)];
}

function thisNode({ version, napi }: NodeFacts): Check {
  const found = `${version} (Node-API ${napi})`;
  if (napi >= DRIVER_NODE_API) return ok("Node", found);
  return warning("Node", `${found}, on which better-sqlite3 cannot be loaded`, NEWER);
}

function nodeOnPath({ onPath }: NodeFacts): Check {
  const name = "node on PATH";
  if (onPath === undefined)
    return failure(name, "there is none, so neither hooks nor the server can start", NEWER);
  const { path, version } = onPath;
  if (version === undefined) return failure(name, `${path} does not run`, NEWER);
  const found = `${path} (${version})`;
  return nodeProblem(version) === undefined ? ok(name, found) : failure(name, `${found} is too old`, NEWER);
}

function driverCheck({ name, problem, remedy = "use another Node" }: DriverFacts): Check {
  const sentence = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`;
  if (name === undefined) return failure("driver", `none: ${problem}`, sentence);
  if (problem === undefined) return ok("driver", name);
  return warning("driver", `${name}; ${problem}`, sentence);
}

function homeCheck(home: string | undefined): Check {
  if (home !== undefined && home !== "") return ok("home", home);
  return warning(
    "home",
    "HOME is not set, so the system's word for the home folder counts",
    "Set HOME where sessions start, or MESH_DB_PATH, so that all of them find the same file.",
  );
}
