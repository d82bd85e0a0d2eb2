import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ago } from "../../src/text/age.ts";
import { type Column, table } from "../../src/text/table.ts";
import { columnsOf, fit, wrap } from "../../src/text/width.ts";

const ESCAPE = "\u001b";
const look = (width: number, colour = false) => ({ width, colour, now: 0 });

describe("how many columns a text takes", () => {
  const texts: readonly (readonly [text: string, columns: number])[] = [
    ["", 0],
    ["plain", 5],
    ["Straße", 6],
    ["日本語", 6],
    ["한국", 4],
    ["ｆｕｌｌ", 8],
    ["é", 1],
    ["e\u0301", 1],
    ["👍", 2],
    ["👍🏽", 2],
    ["👩‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["1️⃣", 2],
    ["→…·", 3],
    ["a\u200db", 2],
  ];
  for (const [text, columns] of texts) {
    test(JSON.stringify(text), () => assert.equal(columnsOf(text), columns));
  }
});

describe("a text is cut", () => {
  test("never inside what is drawn as one", () => {
    assert.equal(fit("日本語", 6), "日本語");
    assert.equal(fit("日本語", 5), "日本…");
    assert.equal(fit("日本語", 4), "日…");
    assert.equal(fit("a👩‍👩‍👧b", 3), "a…");
    assert.equal(fit("/home/ada/shop", 6, "start"), "…/shop");
    assert.equal(fit("abc", 1), "…");
    assert.equal(fit("abc", 0), "");
  });

  test("into lines, between words where that can be", () => {
    assert.deepEqual(wrap("one two three\n\nfour", 8), ["one two", "three", "", "four"]);
    assert.deepEqual(wrap("aaaaaaaaaa b", 4), ["aaaa", "aaaa", "aa b"]);
    assert.deepEqual(wrap("日本語日本語", 5), ["日本", "語日", "本語"]);
    assert.deepEqual(wrap("    indented", 20), ["    indented"]);
  });
});

describe("a table", () => {
  const columns: readonly Column[] = [
    { title: "NAME", min: 4 },
    { title: "N", align: "right", drop: 1 },
    { title: "PATH", min: 6, drop: 2, cut: "start" },
    { title: "NOTE", min: 4, drop: 3 },
  ];
  const row = ["backend", "12", "/home/ada/shop", "the shop's own"];

  test("is as wide as it needs where there is room", () => {
    assert.equal(
      table(columns, [row, ["日本", "3", "/", ""]], look(80)),
      [
        "NAME      N  PATH            NOTE",
        "backend  12  /home/ada/shop  the shop's own",
        "日本      3  /",
      ].join("\n"),
    );
  });

  test("gives way from the widest on, then column by column, and never more than the width", () => {
    for (let width = 3; width <= 60; width++) {
      const lines = table(
        columns,
        [row, ["日本語", "3", "/日本語/日本語", "👩‍👩‍👧👩‍👩‍👧"]],
        look(width),
      ).split("\n");
      for (const line of lines) assert.ok(columnsOf(line) <= width, `${width}: ${line}`);
    }
    assert.equal(table(columns, [row], look(20)), "NAME      N  PATH\nbackend  12  …a/shop");
    assert.equal(table(columns, [row], look(8)), "NAME   N\nbac…  12");
    assert.equal(table(columns, [row], look(3)), "NA…\nba…");
  });

  test("leaves out a column that says nothing", () => {
    assert.equal(table(columns, [["backend", "", "", "x"]], look(80)), "NAME     NOTE\nbackend  x");
  });

  test("lets no cell leave its place", () => {
    const text = table(columns, [[`a\nb${ESCAPE}[31mc\u202e`, "1", "p\tq", "n"]], look(80));
    assert.equal(text.split("\n").length, 2);
    assert.match(text, /^a bc {2}1 {2}p q {3}n$/m);
  });

  test("has colours only where they are wanted, and they take no room", () => {
    const cells = [[{ text: "ok", style: "green" as const }, "1", "/", "n"]];
    assert.ok(!table(columns, cells, look(80)).includes(ESCAPE));
    const coloured = table(columns, cells, look(80, true));
    assert.ok(coloured.includes(`${ESCAPE}[32mok${ESCAPE}[39m    1`), JSON.stringify(coloured));
  });
});

test("ages are told as people do", () => {
  const ages = [0, 999, 12_000, 200_000, 8_000_000, 200_000_000].map((age) =>
    ago(1_000_000_000 - age, 1_000_000_000),
  );
  assert.deepEqual(ages, ["now", "now", "12 s ago", "3 min ago", "2 h ago", "2 d ago"]);
});
