import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chart } from "./chart.ts";
import { type Figure, held, measured, ratio } from "./figure.ts";
import { atMost } from "./guard.ts";
import { digits, markdownTable, rows } from "./report.ts";

const figure: Figure = {
  part: "hooks",
  what: "a hook <fast>",
  unit: "ms",
  n: 3,
  median: 30,
  p99: 45,
  yardstick: { what: "a bare node", median: 20 },
  budgets: [
    { of: "ratio", limit: 1.5 },
    { of: "p99", limit: 40 },
  ],
  inChart: "a hook <fast>",
};

describe("measured", () => {
  test("takes median and 99th percentile by nearest rank, whatever the order", () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    assert.deepEqual(measured(values), { median: 50, p99: 99, n: 100 });
    assert.deepEqual(measured([3, 1, 2]), { median: 2, p99: 3, n: 3 });
  });

  test("finds nothing in nothing", () => {
    assert.deepEqual(measured([]), { median: Number.NaN, p99: Number.NaN, n: 0 });
  });
});

test("a budget of a ratio is held against the yardstick, and at the limit it is met", () => {
  assert.equal(ratio(figure), 1.5);
  assert.deepEqual(
    held(figure).map(({ of, value, met }) => [of, value, met]),
    [
      ["ratio", 1.5, true],
      ["p99", 45, false],
    ],
  );
});

test("a budget of what was not measured is missed", () => {
  const { yardstick, ...bare } = figure;
  assert.equal(yardstick?.median, 20);
  assert.deepEqual(
    held(bare).map(({ met }) => met),
    [false, false],
  );
});

test("a number has three figures that count", () => {
  const numbers = [0, 0.00123456, 0.123456, 1.23456, 12.3456, 123.456, 1234.56, Number.NaN];
  assert.deepEqual(numbers.map(digits), ["0", "0.0012", "0.123", "1.23", "12.3", "123", "1,235", "—"]);
});

test("a row says what, how often, how long, beside what, and whether the budget is met", () => {
  assert.deepEqual(rows([figure]), [
    [
      "a hook <fast>",
      "3",
      "30 ms",
      "45 ms",
      "20 ms: a bare node",
      "1.5 ×",
      "≤ 1.5 × met, p99 ≤ 40 ms **missed**",
    ],
  ]);
  assert.match(markdownTable([figure]), /^\| figure .*\n\| --- .*\n\| a hook <fast> \| 3 \| /);
});

test("the chart marks measure and budget on an axis of tenfold steps", () => {
  const svg = chart([figure, { ...figure, inChart: "no yardstick", yardstick: undefined } as never]);
  assert.match(svg, /a hook &lt;fast&gt;/);
  assert.ok(!svg.includes("no yardstick"));
  // Both at 1.5 times: the dot stands on the mark.
  const dot = /circle class="missed" cx="(\d+)"/.exec(svg)?.[1];
  assert.equal(/class="budget" [^>]*d="M(\d+) /.exec(svg)?.[1], dot);
});

test("what is not a number is a fault, too", () => {
  assert.deepEqual(atMost(2, 2, "things"), []);
  assert.deepEqual(atMost(2, 3, "things"), [{ what: "things", found: 3, limit: 2 }]);
  assert.equal(atMost(2, Number.NaN, "things").length, 1);
});
