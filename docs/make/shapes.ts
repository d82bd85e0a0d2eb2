/** Shapes as signed distances in pixels: below zero inside, above it outside (after Inigo Quilez's 2D distance functions). */

export type Point = readonly [x: number, y: number];
export type Shape = (at: Point) => number;

export function circle([cx, cy]: Point, radius: number): Shape {
  return ([x, y]) => Math.hypot(x - cx, y - cy) - radius;
}

/** @param half half of its width and height */
export function box([cx, cy]: Point, [width, height]: Point, radius: number): Shape {
  return ([x, y]) => {
    const [dx, dy] = [Math.abs(x - cx) - width + radius, Math.abs(y - cy) - height + radius];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

/** A line with round ends. */
export function line([ax, ay]: Point, [bx, by]: Point, radius: number): Shape {
  const [dx, dy] = [bx - ax, by - ay];
  return ([x, y]) => {
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - ax - dx * along, y - ay - dy * along) - radius;
  };
}

/** A triangle whose corners are rounded by so much more than its points. */
export function corner(a: Point, b: Point, c: Point, radius: number): Shape {
  const edges = [line(a, b, 0), line(b, c, 0), line(c, a, 0)];
  const side = ([px, py]: Point, [qx, qy]: Point, [x, y]: Point) =>
    (qx - px) * (y - py) - (qy - py) * (x - px);
  return (at) => {
    const sides = [side(a, b, at), side(b, c, at), side(c, a, at)];
    const inside = sides.every((value) => value >= 0) || sides.every((value) => value <= 0);
    const edge = Math.min(...edges.map((shape) => shape(at)));
    return (inside ? -edge : edge) - radius;
  };
}

export function union(...shapes: readonly Shape[]): Shape {
  return (at) => Math.min(...shapes.map((shape) => shape(at)));
}
