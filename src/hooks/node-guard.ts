/** Imported first: nothing else may run on a Node that the drivers crash. */
import { nodeProblem } from "../config/node-version.ts";

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) {
  process.stdout.write(`${JSON.stringify({ systemMessage: problem })}\n`, () => process.exit(0));
  // The write above ends the process; until then nothing after this import may start.
  await new Promise(() => {});
}
