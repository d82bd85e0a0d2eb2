import { type Look, paint } from "./paint.ts";
import { columnsOf, wrap } from "./width.ts";

/** A command as its help tells of it. */
export interface CommandHelp {
  readonly name: string;
  /** Behind the program's name: `ask <peer> <question>`. */
  readonly usage: string;
  /** One line for lists. */
  readonly summary: string;
  /** Paragraphs, each broken to the width. */
  readonly details?: readonly string[];
  readonly options?: Readonly<Record<string, OptionHelp>>;
  /** Exit codes beside the common ones. */
  readonly exits?: readonly (readonly [code: number, meaning: string])[];
}

export interface OptionHelp {
  /** What stands for its value; a switch has none. */
  readonly value?: string;
  readonly about: string;
}

/** All commands, one line each. */
export function helpText(program: string, commands: readonly CommandHelp[], look: Look): string {
  return pairs(
    commands.map(({ usage, summary }) => [`${program} ${usage}`, summary]),
    look,
  ).join("\n");
}

/** All that there is to know of one command. */
export function commandHelpText(program: string, command: CommandHelp, look: Look): string {
  const { usage, summary, details = [], options = {}, exits = [] } = command;
  const title = (text: string) => paint(text, "bold", look.colour);
  const sections = [
    [...wrap(`Usage: ${program} ${usage}`, look.width)],
    wrap(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, look.width),
    ...details.map((paragraph) => wrap(paragraph, look.width)),
  ];
  const switches = Object.entries(options).map(([name, { value, about }]): [string, string] => [
    `--${name}${value === undefined ? "" : ` <${value}>`}`,
    about,
  ]);
  if (switches.length > 0) sections.push([title("Options"), ...pairs(switches, look)]);
  if (exits.length > 0) {
    const codes = exits.map(([code, meaning]): [string, string] => [String(code), meaning]);
    sections.push([title("Exit codes"), ...pairs(codes, look)]);
  }
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

/** Two columns; where the first leaves the second too little room, the second goes below it. */
function pairs(entries: readonly (readonly [string, string])[], { width }: Look): string[] {
  const first = Math.max(...entries.map(([left]) => columnsOf(left)));
  const side = width - first - 4;
  return entries.flatMap(([left, right]) => {
    if (side < 24) return [`  ${left}`, ...wrap(right, width - 6).map((line) => `      ${line}`)];
    return wrap(right, side).map((line, at) => `  ${(at === 0 ? left : "").padEnd(first)}  ${line}`);
  });
}
