/** Imported first: nothing else may run on a Node that the drivers crash. */
import { nodeProblem } from "../config/node-version.ts";

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) {
  // The person is told when the session starts; at each turn again it would be noise.
  const starts = /session-start(?:\.mjs)?$/.test(process.argv[1] ?? "");
  const told = starts ? `${JSON.stringify({ systemMessage: problem })}\n` : "";
  process.stdout.write(told, () => process.exit(0));
  // The write above ends the process; until then nothing after this import may start.
  await new Promise(() => {});
}
