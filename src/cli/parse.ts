import { parseArgs } from "node:util";
import { nearestNames } from "../domain/peer.ts";
import { cleanLine } from "../text/clean.ts";
import { type Command, type Options, UsageError } from "./command.ts";

export interface Parsed {
  readonly args: string[];
  readonly options: Options;
  readonly help: boolean;
}

/** The words behind a command's name. What it does not know is a UsageError that names the nearest it knows. */
export function parseCall(command: Command, words: readonly string[]): Parsed {
  const known = { ...command.options, help: { about: "" } };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, option]) => [
      name,
      {
        type: "value" in option ? ("string" as const) : ("boolean" as const),
        ...(name === "help" ? { short: "h" } : {}),
      },
    ]),
  );
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string | undefined>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = options[token.name];
    if (option === undefined)
      throw unknown(
        "option",
        token.rawName,
        Object.keys(known).map((name) => `--${name}`),
      );
    if (option.type === "string" && token.value === undefined)
      throw new UsageError(
        `${token.rawName} needs a value: --${token.name} <${valueName(command, token.name)}>`,
      );
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value`);
    given.set(token.name, token.value);
  }
  const help = given.has("help");
  if (!help) checkCount(command, positionals.length);
  return {
    args: positionals,
    options: { has: (name) => given.has(name), value: (name) => given.get(name) },
    help,
  };
}

function valueName(command: Command, option: string): string {
  return command.options[option]?.value ?? "value";
}

function checkCount({ name, usage, args }: Command, count: number): void {
  if (count < args.min) throw new UsageError(`${name}: something is missing; usage: claude-mesh ${usage}`);
  if (count > args.max) throw new UsageError(`${name}: too many words; usage: claude-mesh ${usage}`);
}

/** One line about a word that is not known, with the nearest one that is. */
export function unknown(what: "command" | "option", word: string, known: readonly string[]): UsageError {
  const [near] = nearestNames(word, known);
  const hint = near === undefined ? `there are: ${known.join(", ")}` : `did you mean ${near}?`;
  return new UsageError(`unknown ${what} ${cleanLine(word, 60)}; ${hint}`);
}
