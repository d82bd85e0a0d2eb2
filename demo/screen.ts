/** How the demo looks: 80 columns at most, colour only where a terminal wants it. */
import { styleText } from "node:util";

const WIDTH = 78;
const INDENT = "     ";

export interface Screen {
  title(text: string): void;
  /** A numbered line with its time in milliseconds at the right. */
  step(text: string, took: number): void;
  fact(name: string, text: string): void;
  quote(text: string): void;
  end(text: string): void;
}

export function makeScreen(stream: NodeJS.WriteStream): Screen {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream });
  const line = (text = "") => void stream.write(`${text}\n`);
  let steps = 0;
  return {
    title: (text) => line(`\n  ${style("bold", text)}`),
    step(text, took) {
      const number = String(++steps);
      const time = duration(took);
      const gap = " ".repeat(Math.max(1, WIDTH - INDENT.length - text.length - time.length));
      line(`\n  ${style("cyan", number)}  ${style("bold", text)}${gap}${style("dim", time)}`);
    },
    fact: (name, text) => line(`${INDENT}${style("cyan", name.padEnd(10))}${text}`),
    quote(text) {
      for (const part of wrap(text, WIDTH - INDENT.length - 2))
        line(`${INDENT}${style("dim", "│")} ${part}`.trimEnd());
    },
    end: (text) => line(`\n  ${style("green", "✓")}  ${style("bold", text)}\n`),
  };
}

/** `2.3 ms`, `41 ms`, `1.20 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${milliseconds.toFixed(0)} ms`;
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

/** Breaks lines between words, so that none is wider than `width` unless one word is. */
function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const lines = [""];
    for (const word of line.split(" ")) {
      const last = lines.at(-1) ?? "";
      if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
    }
    return lines;
  });
}
