import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { HandedQuestion, HandedReply } from "../../src/domain/question.ts";
import { cleanLine, cleanText } from "../../src/text/clean.ts";
import { hookText } from "../../src/text/fence.ts";
import { FRAME_ROOM, mailText, questionRoom, replyRoom } from "../../src/text/mail.ts";
import { table } from "../../src/text/table.ts";
import { columnsOf, fit, wrap } from "../../src/text/width.ts";
import { assertHarmless, assertNoTag, readShown } from "../corpus/reader.ts";
import { text } from "./arbitrary.ts";
import { check } from "./check.ts";

const limit = fc.integer({ min: 1, max: 300 });

describe("cleaned text", () => {
  test("steers nothing, hides nothing, and is clean", () =>
    check([text], (words) => {
      const clean = cleanText(words);
      assertHarmless(clean, "clean");
      assert.equal(cleanText(clean), clean);
    }));

  test("is the text itself where that is plain", () =>
    check([fc.string({ unit: "grapheme-ascii" })], (words) => {
      assert.equal(cleanText(words), words);
    }));

  test("is one line of so many characters, without a tag, where that is wanted", () =>
    check([text, limit], (words, most) => {
      const line = cleanLine(words, most);
      assertHarmless(line, "line");
      assertNoTag(line, "line");
      assert.ok(line.length <= most && !/[\n\t]/.test(line), line);
    }));
});

const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const base = { id: fc.integer({ min: 1, max: 999_999_999 }), from: text, body: text };
const question: fc.Arbitrary<HandedQuestion> = fc.record({
  ...base,
  askedAt: time,
  expiresAt: time,
  showing: fc.constantFrom("first", "reminder", "unconfirmed"),
  abandoned: fc.boolean(),
  unguarded: fc.boolean(),
});
const reply: fc.Arbitrary<HandedReply> = fc.record({
  ...base,
  answer: fc.option(text),
  declined: fc.boolean(),
  answeredAt: time,
  showing: fc.constantFrom("first", "unconfirmed"),
});

/** Our own words around the fences: numbers and nothing else in them changes. */
const OURS =
  /^(?:Reminder: q\d+ |q\d+ may |The answer to q\d+ |This session acts |The asker of q\d+ |Only fences with the mark |\d+ more waits?: )[^<]*$/;

describe("mail", () => {
  const mail = [
    fc.array(question, { maxLength: 8 }),
    fc.array(reply, { maxLength: 8 }),
    fc.nat({ max: 10_000 }),
  ] as const;

  test("stands in its fences, one for each, whole, within the room reckoned, and outside are our words", () =>
    check([...mail], (questions, replies, more) => {
      const text = mailText({ questions, replies, more });
      const shown = hookText(text);
      const room =
        questions.reduce((sum, { body }) => sum + questionRoom(body), 0) +
        replies.reduce((sum, { body, answer }) => sum + replyRoom(body, answer ?? ""), FRAME_ROOM);
      assert.ok(shown.length <= room, `${shown.length} characters, room for ${room}`);
      assertHarmless(shown, "mail");
      if (questions.length + replies.length === 0) return;
      const { frames, outside } = readShown(text);
      const bodies = [
        ...replies.map(({ answer }) => cleanText(answer ?? "")),
        ...questions.map(({ body }) => cleanText(body)),
      ];
      const written = frames.map(({ tag, body }) =>
        tag === "peer-reply" ? body.slice(body.indexOf("\n") + 1) : body,
      );
      assert.deepEqual(written, bodies);
      assert.deepEqual(
        readShown(shown).frames.map(({ body }) => body),
        frames.map(({ body }) => hookText(body)),
      );
      for (const line of outside) assert.match(line, OURS);
    }));
});

describe("what is drawn", () => {
  const columns = fc.integer({ min: 20, max: 120 });

  test("is cut to its columns", () =>
    check([text, columns], (words, most) => {
      assert.ok(columnsOf(fit(cleanText(words), most)) <= most);
    }));

  test("is broken into lines of so many columns, with every character of it", () =>
    check([text, columns], (words, most) => {
      const clean = cleanText(words);
      const lines = wrap(clean, most);
      for (const line of lines) assert.ok(columnsOf(line) <= most, JSON.stringify(line));
      assert.equal(lines.join("").replace(/\s/g, ""), clean.replace(/\s/g, ""));
    }));

  test("is a table of one line a row, none wider than the screen", () =>
    check([fc.array(fc.tuple(text, text), { maxLength: 5 }), columns], (rows, width) => {
      const heads = [
        { title: "NAME", min: 4 },
        { title: "SUMMARY", min: 4, drop: 1 },
      ];
      const drawn = table(heads, rows, { width, colour: false, now: 0 });
      assertHarmless(drawn, "table");
      const lines = drawn.split("\n");
      assert.equal(lines.length, rows.length + 1);
      for (const line of lines) assert.ok(columnsOf(line) <= width, JSON.stringify(line));
    }));
});
