/** The commands as tables, from the help that they print. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { code, table } from "./marked.ts";

const ROOT = join(import.meta.dirname, "../..");

export function slashTable(): string {
  const command = readFileSync(join(ROOT, "commands/mesh.md"), "utf8");
  const help = /```text\n([^]*?)```/.exec(command)?.[1] ?? "";
  return commandTable(help.trim().split("\n"));
}

/** From lines of a help text: a command, two spaces or more, and what it does. */
function commandTable(lines: readonly string[]): string {
  const rows = lines.map((line) => {
    const [, command, about] = /^\s*(\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
    if (command === undefined || about === undefined) throw new Error(`no line of a help text: "${line}"`);
    return [code(command), about];
  });
  return table(["command", "what it does"], rows);
}
