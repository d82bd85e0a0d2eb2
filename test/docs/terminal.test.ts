import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../../docs/make/ansi.ts";
import { terminalSvg } from "../../docs/make/terminal-svg.ts";
import { withoutRun } from "../../docs/make/without-run.ts";

test("colours are read, and go on in the next row until they are reset", () => {
  const rows = readRows(["a\x1b[1;38;5;174mb", "c\x1b[48;2;1;2;3md\x1b[0me"]);
  const warm = { bold: true, colour: "#d78787" };
  assert.deepEqual(rows, [
    [
      { column: 0, text: "a", style: {} },
      { column: 1, text: "b", style: warm },
    ],
    [
      { column: 0, text: "c", style: warm },
      { column: 1, text: "d", style: { ...warm, background: "#010203" } },
      { column: 2, text: "e", style: {} },
    ],
  ]);
});

test("a window shows its words as text, escaped, and blocks as shapes", () => {
  const svg = terminalSvg([{ title: "one", rows: ['\x1b[7m<a & "b">\x1b[0m ▛'] }], 20, "a label");
  assert.match(svg, />&lt;a &amp; &quot;b&quot;><\/text>/);
  assert.doesNotMatch(svg, /▛/);
  assert.match(svg, /aria-label="a label"/);
});

test("moments and durations of the run are taken out, and the rest keeps its place", () => {
  const rows = ["\x1b[2m✻ Baked for 12s · done 8:55 AM\x1b[0m", "at 2026-11-24T08:54:54.385Z: x", "plain"];
  const spaces = " ".repeat("✻ Baked for 12s · done 8:55 AM".length);
  assert.deepEqual(withoutRun(rows), [`\x1b[2m${spaces}\x1b[0m`, "at 2026-01-01T12:00:00.000Z: x", "plain"]);
});

test("a hint that comes and goes is taken out", () => {
  assert.deepEqual(withoutRun(["? for shortcuts · ← for agents"]), ["? for shortcuts               "]);
});

test("the marks of fences are the same in each run, wherever they stand", () => {
  const rows = [
    '"<peer-reply mark=\\"c88db8f7\\" from=',
    "\x1b[2mwith the mark",
    "c88db8f7 are\x1b[0m",
    "0123abcd",
  ];
  const same = rows.map((row) => row.replace("c88db8f7", "7f3a9c1e"));
  assert.deepEqual(withoutRun(rows), same);
});

test("a path of the machine in the picture is an error", () => {
  assert.throws(() => withoutRun(["in /tmp/mesh-host-x/home"]), /a path of this machine/);
});
