/** Imported first: nothing else may run on a Node that the drivers crash. */
import { nodeProblem } from "../config/node-version.ts";

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
