import type { Look } from "../text/paint.ts";
import { fit } from "../text/width.ts";

/** Columns where the output is no terminal and COLUMNS does not say otherwise. */
const PIPE_WIDTH = 120;
const NARROWEST = 20;

/** Where the program writes. */
export interface Screen {
  look(): Look;
  /** Writes lines to stdout. Fails with OutputClosed where nobody reads any more. */
  print(text: string): Promise<void>;
  printJson(value: unknown): Promise<void>;
  /** One line for the person, beside the output. */
  tell(line: string): void;
  /** A line on a terminal that the next one takes the place of; an empty one takes it away. */
  progress(line: string): void;
  /** Whether a person watches stderr. */
  readonly interactive: boolean;
}

/** Nobody reads what is printed, as after `| head`. */
export class OutputClosed extends Error {
  constructor() {
    super("the output was closed");
    this.name = "OutputClosed";
  }
}

export function makeScreen(env: NodeJS.ProcessEnv): Screen {
  const { stdout, stderr } = process;
  // The write that meets it says so as well.
  stdout.on("error", () => {});
  stderr.on("error", () => {});
  const columns = () => stdout.columns || Number(env["COLUMNS"]) || PIPE_WIDTH;
  let standing = false;

  const print = (text: string) =>
    new Promise<void>((resolve, reject) => {
      stdout.write(`${text}\n`, (error) => {
        if (!error) resolve();
        else reject("code" in error && error.code === "EPIPE" ? new OutputClosed() : error);
      });
    });
  const clear = () => {
    if (standing) stderr.write("\r\u001b[K");
    standing = false;
  };

  return {
    look: () => ({
      width: Math.max(NARROWEST, columns()),
      colour: wantsColour(env, stdout.isTTY),
      now: Date.now(),
    }),
    print(text) {
      clear();
      return print(text);
    },
    printJson: (value) => print(JSON.stringify(value, null, stdout.isTTY ? 2 : undefined)),
    tell(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      clear();
      if (line === "" || !stderr.isTTY) return;
      standing = true;
      stderr.write(fit(line, (stderr.columns || columns()) - 1));
    },
    interactive: stderr.isTTY === true,
  };
}

/** FORCE_COLOR counts for more than NO_COLOR, as in Node itself; else a terminal has colours. */
function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean | undefined): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (env["NO_COLOR"]) return false;
  return isTerminal === true && env["TERM"] !== "dumb";
}
