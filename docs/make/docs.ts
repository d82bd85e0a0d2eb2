/** `npm run docs`: writes what the papers say of tools, commands and settings from the sources themselves. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { slashTable } from "./commands.ts";
import { withParts } from "./marked.ts";
import { envExample, settingsTable } from "./settings.ts";
import { toolsTable } from "./tools.ts";

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
  settings: settingsTable(),
});
writeFileSync(join(ROOT, ".env.example"), envExample());
