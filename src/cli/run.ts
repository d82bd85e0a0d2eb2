import { VERSION } from "../config/version.ts";
import { oneLine } from "../text/clean.ts";
import { commandHelpText } from "../text/help.ts";
import { errorText } from "../text/refusal.ts";
import { EXIT, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { findCommand, overview } from "./help.ts";
import { parseCall, unknown } from "./parse.ts";
import { makeScreen, OutputClosed, type Screen } from "./screen.ts";

/** What a person does where a model would call a tool. */
const COMMAND_OF_TOOL: Readonly<Record<string, string>> = {
  list_peers: "`claude-mesh peers`",
  poll_inbox: "`claude-mesh inbox`",
  reply_to_peer: "`claude-mesh reply`",
  ask_peer: "`claude-mesh ask`",
  await_reply: "`claude-mesh ask` again",
};

function forPerson(text: string): string {
  return text
    .replace(/^claude-mesh:? /, "")
    .replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => COMMAND_OF_TOOL[word] ?? word);
}

/** Runs the program on the words of its command line; resolves to the exit code. */
export async function runCli(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: () => string,
): Promise<number> {
  const screen = makeScreen(env);
  try {
    return await dispatch(words, screen, env, cwd);
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.done;
    const wrongInput = error instanceof UsageError;
    const text = wrongInput ? oneLine(error.message, 500) : forPerson(errorText(error));
    screen.tell(`claude-mesh: ${text}`);
    if (words.includes("--json")) await screen.printJson({ error: text }).catch(() => {});
    return wrongInput ? EXIT.usage : EXIT.failed;
  }
}

async function dispatch(
  [name, ...words]: readonly string[],
  screen: Screen,
  env: NodeJS.ProcessEnv,
  cwd: () => string,
): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "--json") {
    const json = name === "--json" || words.includes("--json");
    await (json ? screen.printJson(COMMANDS) : screen.print(overview(COMMANDS, screen.look())));
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
