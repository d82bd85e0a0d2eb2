/** `npm run icon`: a speech bubble that holds a mesh of three sessions, as .claude-plugin/icon.png. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { png } from "./png.ts";
import { box, circle, corner, line, type Point, type Shape, union } from "./shapes.ts";

const SIZE = 512;
const FILE = join(import.meta.dirname, "../../.claude-plugin/icon.png");

type Colour = readonly [red: number, green: number, blue: number];

const NIGHT: Colour = [27, 31, 59];
const DUSK: Colour = [58, 52, 112];
const PAPER: Colour = [250, 247, 242];
const CLAY: Colour = [217, 119, 87];
const INK: Colour = [44, 43, 84];

const asks: Point = [168, 282];
const answers: Point = [344, 282];
const listens: Point = [256, 150];

const bubble = union(box([256, 222], [178, 146], 64), corner([170, 330], [264, 330], [164, 430], 14));
const threads = union(line(asks, answers, 9), line(answers, listens, 9), line(listens, asks, 9));

const layers: readonly { readonly shape: Shape; readonly colour: (at: Point) => Colour }[] = [
  { shape: box([256, 256], [256, 256], 112), colour: ([x, y]) => between(NIGHT, DUSK, (x + y) / (2 * SIZE)) },
  { shape: bubble, colour: () => PAPER },
  { shape: threads, colour: () => INK },
  { shape: union(circle(answers, 38), circle(listens, 38)), colour: () => INK },
  { shape: circle(asks, 38), colour: () => CLAY },
];

function between(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2) => from[at] + (to[at] - from[at]) * share;
  return [channel(0), channel(1), channel(2)];
}

/** How much of the pixel the shape covers, 0 to 1: its edge is one pixel wide. */
function cover(shape: Shape, at: Point): number {
  return Math.min(1, Math.max(0, 0.5 - shape(at)));
}

const pixels = new Uint8Array(SIZE * SIZE * 4);
for (let y = 0; y < SIZE; y += 1) {
  for (let x = 0; x < SIZE; x += 1) {
    const at: Point = [x + 0.5, y + 0.5];
    let colour = NIGHT;
    let alpha = 0;
    for (const layer of layers) {
      const share = cover(layer.shape, at);
      if (share === 0) continue;
      colour = alpha === 0 ? layer.colour(at) : between(colour, layer.colour(at), share);
      alpha = Math.max(alpha, share);
    }
    pixels.set([...colour.map(Math.round), Math.round(alpha * 255)], (y * SIZE + x) * 4);
  }
}
writeFileSync(FILE, png(SIZE, SIZE, pixels));
