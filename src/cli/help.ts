import { commandHelpText, helpText } from "../text/help.ts";
import type { Look } from "../text/paint.ts";
import { wrap } from "../text/width.ts";
import { type Command, EXIT, JSON_OPTION } from "./command.ts";
import { unknown } from "./parse.ts";

const HEAD = "The mesh of live Claude Code sessions on this machine, from the terminal.";
const NOTES =
  "Each command tells more with --help, and prints JSON with --json. Exit codes: 0 done, 1 failed, 2 wrong input; " +
  "those of `ask` say what became of the question.";

/** What the program can do. */
export function overview(commands: readonly Command[], look: Look): string {
  const part = (text: string) => wrap(text, look.width).join("\n");
  return [part(HEAD), helpText("claude-mesh", commands, look), part(NOTES)].join("\n\n");
}

/** The command of that name; for another word, a UsageError with the nearest. */
export function findCommand(commands: readonly Command[], name: string): Command {
  const command = commands.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = commands.map((one) => one.name);
  throw unknown("command", name, names);
}

export function makeHelp(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    usage: "help [command]",
    summary: "what the program, or one command, can do",
    args: { min: 0, max: 1 },
    options: { json: JSON_OPTION },
    async run({ args: [name], options, screen }) {
      const command = name === undefined ? undefined : findCommand(commands(), name);
      const look = screen.look();
      if (options.has("json")) await screen.printJson(command ?? commands());
      else if (command === undefined) await screen.print(overview(commands(), look));
      else await screen.print(commandHelpText("claude-mesh", command, look));
      return EXIT.done;
    },
  };
}
