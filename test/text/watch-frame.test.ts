import assert from "node:assert/strict";
import { test } from "node:test";
import { type WatchView, watchFrame } from "../../src/text/watch-frame.ts";
import { columnsOf } from "../../src/text/width.ts";

const now = Date.UTC(2026, 0, 1, 12);
const iso = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

const question = (n: number) => ({
  question_id: `q${n}`,
  from: "frontend",
  to: "日本語-backend",
  state: "shown" as const,
  question: `Which 👩‍👩‍👧 port ${n}?\u001b[2J`,
  answer: null,
  asked_at: iso(12),
  shown_at: iso(3),
  closed_at: null,
});

const view: WatchView = {
  peers: [
    {
      name: "frontend",
      project_path: "/work/frontend",
      branch: "main",
      summary: "pages",
      status: "active",
      activity: "asking",
      activity_since: iso(12),
      stale: false,
      last_seen_at: iso(1),
      open_questions: 0,
    },
  ],
  open: Array.from({ length: 30 }, (_, n) => question(n + 1)),
  closed: [],
};

for (const [width, height] of [
  [20, 3],
  [40, 10],
  [80, 24],
  [200, 50],
] as const) {
  test(`the frame fills ${width} by ${height} and no more, wherever it is scrolled to`, () => {
    for (const offset of [0, 1, 7, 1_000, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const frame = watchFrame(view, { width, colour: false, now }, height, offset);
      assert.equal(frame.lines.length, height);
      for (const line of frame.lines) {
        assert.ok(columnsOf(line) <= width, line);
        assert.ok(!line.includes("\u001b"), "nobody's words reach the terminal raw");
      }
      assert.ok(frame.offset >= 0 && frame.offset <= 40, `offset ${frame.offset}`);
    }
  });
}

test("scrolled to the end, the last question is there", () => {
  const { lines } = watchFrame(view, { width: 80, colour: false, now }, 10, Number.POSITIVE_INFINITY);
  assert.match(lines.join("\n"), /^q30 /m);
  assert.match(lines.at(-1) ?? "", /\d+–\d+ of \d+$/);
});

test("what is wrong stands in the foot", () => {
  const { lines } = watchFrame(view, { width: 80, colour: false, now }, 10, 0, "the database is locked");
  assert.equal(lines.at(-1), "the database is locked");
});
