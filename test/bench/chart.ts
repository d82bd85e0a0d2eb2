/** The main figures as a picture: how many times its yardstick each is, and where its budget ends. */
import { type Figure, held, ratio } from "./figure.ts";
import { amount, digits } from "./report.ts";

const WIDTH = 880;
const ROW = 46;
const TOP = 64;
/** Where the axis begins and ends, in pixels and in times of the yardstick. */
const AXIS = { left: 300, right: 700, from: 0.001, to: 10 };
const TICKS = [0.001, 0.01, 0.1, 1, 10];

/** Readable on white and on black: the picture has no ground of its own. */
const STYLE = `
    text { fill: #24292f } .dim { fill: #57606a } .grid { stroke: #d0d7de } .even { stroke: #57606a }
    .met { fill: #1a7f37; stroke: #1a7f37 } .missed { fill: #cf222e; stroke: #cf222e } .budget { stroke: #9a6700 }
    .budget-name { fill: #9a6700 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .dim { fill: #9198a1 } .grid { stroke: #3d444d } .even { stroke: #9198a1 }
      .met { fill: #3fb950; stroke: #3fb950 } .missed { fill: #f85149; stroke: #f85149 } .budget { stroke: #d29922 }
      .budget-name { fill: #d29922 }
    }`;

/** An SVG of all figures that have a name for the chart and a yardstick. */
export function chart(figures: readonly Figure[]): string {
  const shown = figures.flatMap((figure) => {
    const { inChart: name, yardstick } = figure;
    return name === undefined || yardstick === undefined ? [] : [{ ...figure, name, yardstick }];
  });
  const bottom = TOP + shown.length * ROW;
  const label = shown.map((figure) => `${figure.name}: ${digits(ratio(figure) ?? 0)} times`).join("; ");
  const ticks = TICKS.map((tick) => {
    const line = `<path class="${tick === 1 ? "even" : "grid"}" d="M${x(tick)} ${TOP - 8}V${bottom}"/>`;
    return `${line}<text class="dim" x="${x(tick)}" y="${TOP - 16}" text-anchor="middle">${tick} ×</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bottom + 12}" viewBox="0 0 ${WIDTH} ${bottom + 12}" role="img" aria-label="Times of the yardstick. ${escaped(label)}.">
  <style>${STYLE}
  </style>
  <g font-family="ui-sans-serif, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="13">
    <text x="8" y="20" font-weight="600">Times of the yardstick, in one run</text>
    <text class="dim" x="${x(1)}" y="20" text-anchor="end">less than it</text>
    <text class="budget-name" x="${x(1) + 12}" y="20">| budget</text>
    ${ticks.join("\n    ")}
    ${shown.map((figure, index) => row(figure, TOP + index * ROW + ROW / 2)).join("\n    ")}
  </g>
</svg>
`;
}

function row(
  figure: Figure & { name: string; yardstick: NonNullable<Figure["yardstick"]> },
  y: number,
): string {
  const times = ratio(figure) ?? Number.NaN;
  const budgets = held(figure);
  const met = budgets.every((budget) => budget.met) ? "met" : "missed";
  const [first] = budgets.filter(({ of }) => of !== "p99");
  const limit = first && (first.of === "ratio" ? first.limit : first.limit / figure.yardstick.median);
  const mark =
    limit === undefined ? "" : `<path class="budget" stroke-width="3" d="M${x(limit)} ${y - 11}V${y + 11}"/>`;
  return [
    `<text x="8" y="${y - 2}">${escaped(figure.name)}</text>`,
    `<text class="dim" x="8" y="${y + 14}" font-size="11">${escaped(`beside ${figure.yardstick.what.replace(/`/g, "")}`)}</text>`,
    `<path class="${met}" stroke-width="2" d="M${x(1)} ${y}H${x(times)}"/><circle class="${met}" cx="${x(times)}" cy="${y}" r="5"/>`,
    mark,
    `<text x="${AXIS.right + 16}" y="${y - 2}" font-weight="600">${digits(times)} ×</text>`,
    `<text class="dim" x="${AXIS.right + 16}" y="${y + 14}" font-size="11">${digits(figure.median)} to ${amount(figure.yardstick.median, figure.unit)}</text>`,
  ].join("");
}

/** The place of so many times the yardstick; each step of ten is as wide. */
function x(times: number): number {
  const share = Math.log10(times / AXIS.from) / Math.log10(AXIS.to / AXIS.from);
  return Math.round(AXIS.left + Math.min(1, Math.max(0, share)) * (AXIS.right - AXIS.left));
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
