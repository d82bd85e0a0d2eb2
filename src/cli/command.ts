import type { CommandHelp, OptionHelp } from "../text/help.ts";
import type { Screen } from "./screen.ts";

/** Exit codes that all commands share; those of `ask` say what became of the question. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** One command, one file. */
export interface Command extends CommandHelp {
  /** How many words may follow its name; `max` is Infinity where they make up one text. */
  readonly args: { readonly min: number; readonly max: number };
  readonly options: Readonly<Record<string, OptionHelp>>;
  /** Resolves to the exit code. A MeshError or a UsageError is told in one line. */
  run(call: Call): Promise<number>;
}

/** One run of the program. */
export interface Call {
  readonly args: readonly string[];
  readonly options: Options;
  readonly screen: Screen;
  readonly env: NodeJS.ProcessEnv;
  /** The working folder, which may have been deleted. */
  readonly cwd: () => string;
}

export interface Options {
  /** Whether the switch was given. */
  has(name: string): boolean;
  /** The option's value, the last one where it was given twice. */
  value(name: string): string | undefined;
}

/** The user wrote something that the program does not understand: one line, exit code 2. */
export class UsageError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "UsageError";
  }
}

export const JSON_OPTION = { about: "print JSON; times are ISO 8601" } as const;
