const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";

/** What a person pressed. */
export type Key = "quit" | "up" | "down" | "page-up" | "page-down" | "top" | "bottom";

const KEYS: Readonly<Record<string, Key>> = {
  q: "quit",
  Q: "quit",
  "\u0003": "quit",
  "\u0004": "quit",
  "\u001b[A": "up",
  "\u001bOA": "up",
  k: "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  j: "down",
  "\r": "down",
  "\u001b[5~": "page-up",
  b: "page-up",
  "\u001b[6~": "page-down",
  " ": "page-down",
  "\u001b[H": "top",
  "\u001b[1~": "top",
  "\u001bOH": "top",
  g: "top",
  "\u001b[F": "bottom",
  "\u001b[4~": "bottom",
  "\u001bOF": "bottom",
  G: "bottom",
};

/** Several keys may come at once, and one in two parts; what begins with an escape character is a key only when whole. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what keys begin with.
const KEY = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|\u001b(?=[^O[])|[^\u001b]/gu;

export interface FullScreen {
  size(): { width: number; height: number };
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was; harmless when done twice. */
  leave(): void;
}

/** Takes the whole terminal. `onKey` and `onResize` are called until `leave`. */
export function enterFullScreen(onKey: (key: Key) => void, onResize: () => void): FullScreen {
  const { stdin, stdout } = process;
  let inside = true;
  let drawn = "";
  let rest = "";
  const onData = (text: string) => {
    const input = rest + text;
    let end = 0;
    for (const match of input.matchAll(KEY)) {
      end = match.index + match[0].length;
      const meaning = KEYS[match[0]];
      if (meaning !== undefined) onKey(meaning);
    }
    rest = input.slice(end);
  };
  const redraw = () => {
    drawn = "";
    stdout.write("\u001b[2J");
    onResize();
  };
  const leave = () => {
    if (!inside) return;
    inside = false;
    process.off("exit", leave);
    process.off("SIGCONT", back);
    stdout.off("resize", redraw);
    stdin.off("data", onData);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
    stdout.write(LEAVE);
  };
  // Another program may have used the terminal while we were stopped.
  const back = () => {
    if (stdin.isTTY) stdin.setRawMode(true);
    stdout.write(ENTER);
    redraw();
  };

  process.on("exit", leave);
  process.on("SIGCONT", back);
  stdout.on("resize", redraw);
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdin.setEncoding("utf8").on("data", onData).resume();
  }
  stdout.write(ENTER);
  return {
    size: () => ({ width: stdout.columns || 80, height: stdout.rows || 24 }),
    draw(lines) {
      // A row is cleared before it is written: after a full one, the cursor stands on its last column and would take that away.
      const frame = lines.map((line) => `\u001b[K${line}`).join("\r\n");
      if (frame === drawn || !inside) return;
      drawn = frame;
      const below = lines.length < stdout.rows ? "\r\n\u001b[J" : "";
      stdout.write(`\u001b[H${frame}${below}`);
    },
    leave,
  };
}
