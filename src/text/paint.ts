/** The few ways in which a terminal shows a word apart: the number that begins it and the one that ends it. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof STYLES;

/** The place that a text is made for. */
export interface Look {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

export function paint(text: string, style: Style | undefined, colour: boolean): string {
  if (!colour || style === undefined || text === "") return text;
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
