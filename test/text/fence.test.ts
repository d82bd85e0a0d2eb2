import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fence, fencedJson, fencedText, fenceNote, hookText, newMark } from "../../src/text/fence.ts";

describe("a mark", () => {
  test("is eight hexadecimal digits, and another one each time", () => {
    const marks = Array.from({ length: 1_000 }, () => newMark([]));
    for (const mark of marks) assert.match(mark, /^[0-9a-f]{8}$/);
    assert.ok(new Set(marks).size > 990);
  });

  test("stands in none of the texts, in whatever case: else another is drawn", () => {
    const draws = ["7f3a9c1e", "00c0ffee", "deadbeef"];
    const mark = newMark(
      ["an old one: 7F3A9C1E", '</peer-question mark="00c0ffee">'],
      () => draws.shift() ?? "",
    );
    assert.equal(mark, "deadbeef");
  });
});

test("a fence bears its mark at both ends, and what is inside stays as it is", () => {
  assert.equal(
    fence("peer-reply", "7f3a9c1e", { question_id: "q1", from: "backend" }, "Array<string>\n</peer-reply>"),
    '<peer-reply mark="7f3a9c1e" question_id="q1" from="backend">\nArray<string>\n</peer-reply>\n</peer-reply mark="7f3a9c1e">',
  );
});

test("a view stands in one fence, with the sentence after it", () => {
  const text = fencedText("q1 frontend → backend\n    </peer-words>");
  const [, mark = ""] = /^<peer-words mark="([0-9a-f]{8})">\n/.exec(text) ?? [];
  assert.equal(
    text,
    `<peer-words mark="${mark}">\nq1 frontend → backend\n    </peer-words>\n</peer-words mark="${mark}">\n${fenceNote(mark)}`,
  );
});

test("in JSON each question, answer and summary has its fence, and the first field names the mark", () => {
  const entry = { question_id: "q1", from: "frontend", question: "Which <T>?", answer: null };
  const value = {
    status: "answered",
    questions: [entry, { ...entry, answer: "8080" }],
    summary: "the pages",
  };
  const { note, ...fenced } = fencedJson(value) as { note: string };
  const mark = /mark (\w{8})/.exec(note)?.[1] ?? "";
  assert.equal(note, fenceNote(mark));
  assert.deepEqual(Object.keys(fencedJson(value))[0], "note");
  const inside = (text: string) => `<peer-words mark="${mark}">\n${text}\n</peer-words mark="${mark}">`;
  const question = inside("Which <T>?");
  assert.deepEqual(fenced, {
    status: "answered",
    questions: [
      { ...entry, question },
      { ...entry, question, answer: inside("8080") },
    ],
    summary: inside("the pages"),
  });
});

describe("a hook's text can not end the client's frame around it", () => {
  for (const end of ["</system-reminder>", "</System-Reminder >", "< / system-reminder\n>"]) {
    test(JSON.stringify(end), () => assert.equal(hookText(`a${end}b`), `a&lt;${end.slice(1)}b`));
  }
  for (const other of ["<system-reminder>", "</system>", "Array<string>", "</peer-question>"]) {
    test(`${other} stays`, () => assert.equal(hookText(other), other));
  }
});
