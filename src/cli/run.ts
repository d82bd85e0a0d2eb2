import { VERSION } from "../config/version.ts";
import { commandHelpText } from "../text/help.ts";
import { errorText } from "../text/refusal.ts";
import { EXIT, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { findCommand, overview } from "./help.ts";
import { parseCall, unknown } from "./parse.ts";
import { makeScreen, OutputClosed, type Screen } from "./screen.ts";

/** Runs the program on the words of its command line; resolves to the exit code. */
export async function runCli(words: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const screen = makeScreen(env);
  try {
    return await dispatch(words, screen, env, cwd);
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.done;
    if (error instanceof UsageError) {
      screen.tell(`claude-mesh: ${error.message}`);
      return EXIT.usage;
    }
    screen.tell(`claude-mesh: ${errorText(error).replace(/^claude-mesh:? /, "")}`);
    return EXIT.failed;
  }
}

async function dispatch(
  [name, ...words]: readonly string[],
  screen: Screen,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") {
    await screen.print(overview(COMMANDS, screen.look()));
    return EXIT.done;
  }
  if (name === "--version" || name === "-v") {
    await (words.includes("--json") ? screen.printJson({ version: VERSION }) : screen.print(VERSION));
    return EXIT.done;
  }
  if (name.startsWith("-")) throw unknown("option", name, ["--help", "--version"]);
  const command = findCommand(COMMANDS, name);
  const { args, options, help } = parseCall(command, words);
  if (!help) return command.run({ args, options, screen, env, cwd });
  await screen.print(commandHelpText("claude-mesh", command, screen.look()));
  return EXIT.done;
}
