/** `npm run docs`: writes into the papers what the sources themselves say. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { slashTable, terminalTable } from "./commands.ts";
import { lifeOfAQuestion } from "./life.ts";
import { withParts } from "./marked.ts";
import { envExample, settingsTable } from "./settings.ts";
import { toolsTable } from "./tools.ts";
import { troublesTable } from "./troubles.ts";

const ROOT = join(import.meta.dirname, "../..");

function rewrite(file: string, parts: Readonly<Record<string, string>>): void {
  const path = join(ROOT, file);
  try {
    writeFileSync(path, withParts(readFileSync(path, "utf8"), parts));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

rewrite("README.md", {
  tools: toolsTable(),
  slash: slashTable(),
  terminal: terminalTable(),
  settings: settingsTable(),
  troubles: troublesTable(),
});
rewrite("docs/how-it-works.md", await lifeOfAQuestion());
writeFileSync(join(ROOT, ".env.example"), envExample());
