/** What a terminal shows, from its text with escape sequences for colours (ECMA-48 SGR; nothing else is understood). */

export interface Style {
  /** `#rrggbb`; undefined is the terminal's own. */
  readonly colour?: string | undefined;
  readonly background?: string | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underlined?: boolean;
  readonly inverse?: boolean;
}

/** Neighbouring characters of one style. */
export interface Run {
  /** The column of its first character, from 0. */
  readonly column: number;
  readonly text: string;
  readonly style: Style;
}

/** A style goes on from row to row until a sequence changes it. */
export function readRows(rows: readonly string[]): Run[][] {
  let style: Style = {};
  return rows.map((row) => {
    const runs: Run[] = [];
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    for (const part of row.split(/(\x1b\[[\d;:]*m)/)) {
      if (part.startsWith("\x1b")) {
        style = changed(style, part.slice(2, -1).split(/[;:]/).map(Number));
      } else if (part !== "") {
        runs.push({ column, text: part, style });
        column += [...part].length;
      }
    }
    return runs;
  });
}

function changed(style: Style, codes: readonly number[]): Style {
  const [code = 0, ...rest] = codes;
  if (code === 38 || code === 48) {
    const taken = rest[0] === 2 ? 4 : 2;
    const colour = rest[0] === 2 ? hex(rest.slice(1, 4)) : palette(rest[1] ?? 0);
    const next = code === 38 ? { ...style, colour } : { ...style, background: colour };
    return rest.length > taken ? changed(next, rest.slice(taken)) : next;
  }
  const next = { ...(code === 0 ? {} : style), ...simple(code) };
  return rest.length > 0 ? changed(next, rest) : next;
}

function simple(code: number): Style {
  if (code >= 30 && code <= 37) return { colour: palette(code - 30) };
  if (code >= 90 && code <= 97) return { colour: palette(code - 82) };
  if (code >= 40 && code <= 47) return { background: palette(code - 40) };
  if (code >= 100 && code <= 107) return { background: palette(code - 92) };
  return SIMPLE[code] ?? {};
}

const SIMPLE: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underlined: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underlined: false },
  27: { inverse: false },
  39: { colour: undefined },
  49: { background: undefined },
};

const NAMED = [
  ["#1d1f21", "#e06c75", "#8cc265", "#d9a343", "#61afef", "#c678dd", "#4ab8c0", "#d0d3d8"],
  ["#7d828b", "#ff7b86", "#a5e075", "#f0c05a", "#79c0ff", "#de8ff5", "#62d5dd", "#ffffff"],
].flat();

/** xterm's 256 colours: 16 named ones, a cube of six steps a side, and greys. */
function palette(index: number): string {
  if (index < 16) return NAMED[index] ?? "#ffffff";
  if (index >= 232) return hex([0, 0, 0].map(() => 8 + 10 * (index - 232)));
  const step = (n: number) => (n === 0 ? 0 : 55 + 40 * n);
  const cube = index - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step));
}

function hex(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
