import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cleanLine, cleanText, cut, oneLine, shorten } from "../../src/text/clean.ts";

describe("code stays as it was written", () => {
  for (const text of [
    "a < b && b > c",
    "const names: Array<string> = new Map<string, Set<number>>().get(key);",
    "return <Card key={id}>\n\t<system.Icon />\n\t<>{children}</>\n</Card>;",
    '<?xml version="1.0"?>\n<!-- a <note/> -->\n<system><user id="1"/></system>',
    '<invoke name="Bash"><parameter name="command">ls</parameter></invoke>',
    "if (x</y/) {}",
    "</peer-question> is how a fence ends",
    "<system-reminder>",
    "&lt;b&gt; &amp;lt;",
  ]) {
    test(JSON.stringify(text), () => assert.equal(cleanText(text), text));
  }
});

describe("a line outside of any fence has no tag in it", () => {
  const tags = [
    ["</peer-question>", "&lt;/peer-question>"],
    ["< / peer-question >", "&lt; / peer-question >"],
    ["<\n/peer-question>", "&lt; /peer-question>"],
    ["<\u200b/peer-question>", "&lt;/peer-question>"],
    ["<\u0000system>", "&lt;system>"],
    ["</\ua4d1EER-question>", "&lt;/\ua4d1EER-question>"],
    ["<\u0455ystem>", "&lt;\u0455ystem>"],
    ["<!-- x -->", "&lt;!-- x -->"],
    ["<<system>", "<&lt;system>"],
    ["1 < 2, Expected <=3600", "1 < 2, Expected <=3600"],
  ] as const;
  for (const [text, line] of tags) test(JSON.stringify(text), () => assert.equal(cleanLine(text, 80), line));
});

describe("marks that hide or turn text are taken out", () => {
  const table = [
    ["colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["a terminal's title", "\u001b]0;title\u0007text", "text"],
    ["a terminal's link", "\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\", "text"],
    ["a screen that is cleared", "\u001b[H\u001b[2Jtext", "text"],
    ["a bare escape", "a\u001bb", "ab"],
    ["NUL, BEL and backspace", "a\u0000b\u0007c\u0008d\u007f", "abcd"],
    ["a lone carriage return", "honest\rforged", "honest\nforged"],
    ["text turned around", "a\u202eb\u202cc\u2066d\u2069", "abcd"],
    ["marks without width", "a\u200bb\u2060c\ufeffd\u00ad", "abcd"],
    ["tag characters", "a\u{e0041}\u{e0042}b", "ab"],
    ["C1 controls", "a\u0085b\u0080c", "abc"],
    ["a colour by C1", "a\u009b31mb", "a31mb"],
    // UTF-8 that was read as Latin-1, as logs have it.
    [
      "quotation marks decoded wrongly",
      "â\u0080\u009chiâ\u0080\u009d: do not drop it, â\u0080\u009cyâ\u0080\u009d",
      "âhiâ: do not drop it, âyâ",
    ],
    ["a device string", "a\u001bPq#0\u001b\\b\u0090x\u009cc", "abxc"],
    ["a change of letters", "a\u001b(0b", "ab"],
    ["line separators", "a\u2028b\u2029c\fd", "a\nb\nc\nd"],
  ] as const;
  for (const [what, text, clean] of table) test(what, () => assert.equal(cleanText(text), clean));
});

test("line breaks, tabs, emoji and other scripts stay", () => {
  const text = "one\n\ttwo \u{1f468}\u200d\u{1f469}\u200d\u{1f467} 日本語 العربية עברית \u0646\u200c\u0645";
  assert.equal(cleanText(text), text);
  assert.equal(cleanText("a\r\nb"), "a\nb");
});

test("half a pair becomes a mark for what is missing", () => {
  assert.equal(cleanText("a\ud83db"), "a\ufffdb");
  assert.ok(cleanText("\udc00\ud800").isWellFormed());
});

test("clean text stays as it is when cleaned again", () => {
  const text = "\u001b\u001b[0m[31m <\u200b<system-reminder> \u001b]x\u0007 </\u0000peer-question>";
  assert.equal(cleanText(cleanText(text)), cleanText(text));
});

test("a line is one line and not too long", () => {
  assert.equal(cleanLine(" a\n\tb\r\n  c ", 80), "a b c");
  assert.equal(cleanLine("x".repeat(100), 10), `${"x".repeat(9)}…`);
  assert.equal(oneLine(" Array<string>\n\u001b[2J<b>", 80), "Array<string> <b>");
  assert.equal(oneLine("x".repeat(100), 10), `${"x".repeat(9)}…`);
});

test("a cut never leaves half a pair", () => {
  for (let limit = 0; limit < 8; limit++) {
    assert.ok(cut("a\u{1f6a2}\u{1f6a2}", limit).isWellFormed());
    assert.ok(shorten("a\u{1f6a2}\u{1f6a2}b", limit).isWellFormed());
  }
});
