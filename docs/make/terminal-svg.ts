/** Terminal windows side by side as one picture, with a background of their own for light pages and dark ones. */
import { type Run, readRows, type Style } from "./ansi.ts";

export interface Window {
  readonly title: string;
  readonly rows: readonly string[];
}

const CELL = { width: 8.4, height: 18 };
const FONT_SIZE = 14;
/** From a row's top to the line that its letters stand on. */
const BASELINE = 13.5;
const PADDING = 14;
const BAR = 34;
const GAP = 20;
const INK = "#d7dae0";
const PAPER = "#0f1115";
const FRAME = "#3a3f4b";
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export function terminalSvg(windows: readonly Window[], columns: number, label: string): string {
  const width = columns * CELL.width + 2 * PADDING;
  const height = BAR + Math.max(...windows.map(({ rows }) => rows.length)) * CELL.height + PADDING;
  const total = windows.length * width + (windows.length - 1) * GAP;
  const drawn = windows.map((window, at) => group(at * (width + GAP), 0, frame(window, width, height)));
  const size = `width="${px(total + 2)}" height="${px(height + 2)}" viewBox="-1 -1 ${px(total + 2)} ${px(height + 2)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(label)}">`,
    `<g font-family="${FONT}" font-size="${FONT_SIZE}" fill="${INK}">`,
    ...drawn,
    "</g>",
    "</svg>\n",
  ].join("\n");
}

function frame({ title, rows }: Window, width: number, height: number): string {
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
    (fill, at) => `<circle cx="${20 + 20 * at}" cy="${BAR / 2}" r="6" fill="${fill}"/>`,
  );
  return [
    `<rect width="${px(width)}" height="${px(height)}" rx="10" fill="${PAPER}" stroke="${FRAME}"/>`,
    ...dots,
    `<text x="${px(width / 2)}" y="${BAR / 2 + 5}" text-anchor="middle" fill="#8b919c">${escaped(title)}</text>`,
    ...readRows(rows).map((runs, at) => group(PADDING, BAR + at * CELL.height, runs.map(run).join(""))),
  ].join("\n");
}

function run({ column, text, style }: Run): string {
  const x = column * CELL.width;
  const ink = style.inverse ? (style.background ?? PAPER) : (style.colour ?? INK);
  const paper = style.inverse ? (style.colour ?? INK) : style.background;
  const size = `width="${px([...text].length * CELL.width)}" height="${CELL.height}"`;
  const behind =
    paper === undefined
      ? ""
      : `<rect x="${px(x)}" y="0" ${size} fill="${paper}" shape-rendering="crispEdges"/>`;
  return (
    behind +
    pieces(text)
      .map((piece) => drawPiece(piece, x, ink, style))
      .join("")
  );
}

interface Piece {
  readonly at: number;
  readonly text: string;
}

/** Words, and blocks one by one: no font draws blocks that touch. */
function pieces(text: string): Piece[] {
  return [...text.matchAll(/[▀-▟]|[^\s▀-▟]+(?: [^\s▀-▟]+)*/gu)].map((match) => ({
    at: [...text.slice(0, match.index)].length,
    text: match[0],
  }));
}

function drawPiece({ at, text }: Piece, left: number, ink: string, style: Style): string {
  const x = left + at * CELL.width;
  const quarters = BLOCKS[text];
  if (quarters !== undefined) return quarters.map((quarter) => drawQuarter(quarter, x, ink)).join("");
  const attributes = [
    `x="${px(x)}" y="${BASELINE}"`,
    // Whatever font there is, a word is as wide as its cells.
    `textLength="${px([...text].length * CELL.width)}" lengthAdjust="spacingAndGlyphs"`,
    ...(ink === INK ? [] : [`fill="${ink}"`]),
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.italic ? ['font-style="italic"'] : []),
    ...(style.dim ? ['opacity="0.6"'] : []),
    ...(style.underlined ? ['text-decoration="underline"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escaped(text)}</text>`;
}

/** The quarters of a cell that a block fills: upper left, upper right, lower left, lower right. */
const BLOCKS: Readonly<Record<string, readonly number[]>> = {
  "█": [0, 1, 2, 3],
  "▀": [0, 1],
  "▄": [2, 3],
  "▌": [0, 2],
  "▐": [1, 3],
  "▖": [2],
  "▗": [3],
  "▘": [0],
  "▝": [1],
  "▙": [0, 2, 3],
  "▛": [0, 1, 2],
  "▜": [0, 1, 3],
  "▟": [1, 2, 3],
  "▚": [0, 3],
  "▞": [1, 2],
};

function drawQuarter(quarter: number, x: number, ink: string): string {
  const [width, height] = [CELL.width / 2, CELL.height / 2];
  const [left, top] = [x + (quarter % 2) * width, Math.floor(quarter / 2) * height];
  return `<rect x="${px(left)}" y="${px(top)}" width="${px(width + 0.3)}" height="${px(height + 0.3)}" fill="${ink}"/>`;
}

function group(x: number, y: number, inner: string): string {
  return `<g transform="translate(${px(x)} ${px(y)})">${inner}</g>`;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
