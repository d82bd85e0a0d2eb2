/** The commands as tables, from the lists that their help is made of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../src/cli/commands.ts";
import { code, table } from "./marked.ts";

const ROOT = join(import.meta.dirname, "../..");
const HEADS = ["command", "what it does"];

export function terminalTable(): string {
  const rows = COMMANDS.map(({ usage, summary, options }) => {
    // Every command has it.
    const { json: _, ...own } = options;
    const names = Object.keys(own).filter((name) => !usage.includes(`--${name}`));
    return [code(`claude-mesh ${usage}`), summary, names.map((name) => code(`--${name}`)).join(" ")];
  });
  return table([...HEADS, "options"], rows);
}

export function slashTable(): string {
  const command = readFileSync(join(ROOT, "commands/mesh.md"), "utf8");
  const help = /```text\n([^]*?)```/.exec(command)?.[1] ?? "";
  return table(HEADS, help.trim().split("\n").map(helpLine));
}

/** A line of a help text: a command, two spaces or more, and what it does. */
function helpLine(line: string): string[] {
  const [, command, about] = /^\s*(\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
  if (command === undefined || about === undefined) throw new Error(`no line of a help text: "${line}"`);
  return [code(command), about];
}
