import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as v from "valibot";
import { parseInput } from "../../src/server/input.ts";
import { need, questionId, timeoutSeconds } from "../../src/server/tools/schemas.ts";

const text = v.optional(v.string());
const flag = v.optional(v.boolean());
const ids = v.optional(v.union([questionId, v.array(questionId)]));
const schema = v.strictObject({ id: v.optional(questionId), ids, need, timeoutSeconds, text, flag });
const DEFAULTS = { need: "all", timeoutSeconds: 300 };

describe("what can have one meaning only is taken", () => {
  const table: readonly (readonly [given: object, meant: object])[] = [
    [{ timeoutSeconds: "60" }, { timeoutSeconds: 60 }],
    [{ timeoutSeconds: " 60.5 " }, { timeoutSeconds: 60.5 }],
    [{ need: "2" }, { need: 2 }],
    [{ need: " Any" }, { need: "any" }],
    [{ need: '"any"' }, { need: "any" }],
    [{ flag: "true" }, { flag: true }],
    [{ flag: "False" }, { flag: false }],
    [{ id: "q17" }, { id: 17 }],
    [{ id: "#q17" }, { id: 17 }],
    [{ id: "17" }, { id: 17 }],
    [{ id: 17 }, { id: 17 }],
    [{ id: '"q17"' }, { id: 17 }],
    [{ ids: '["q1","#Q2"]' }, { ids: [1, 2] }],
    [{ ids: "[1, 2]" }, { ids: [1, 2] }],
    [{ ids: ["1", 2, "#3"] }, { ids: [1, 2, 3] }],
    [{ ids: "17" }, { ids: 17 }],
    [{ id: null, ids: null, need: null, timeoutSeconds: null, text: null, flag: null }, {}],
  ];
  for (const [given, meant] of table)
    test(JSON.stringify(given), () =>
      assert.deepEqual(parseInput("tool", schema, given), { ...DEFAULTS, ...meant }),
    );
});

test("a text stays as it was written where any text will do, whatever else it could be", () => {
  for (const written of [" a ", "60", "true", "null", '["a"]', '"quoted"', '{ "a": 1 }', "#q17", "YES", ""])
    assert.deepEqual(parseInput("tool", schema, { text: written }), { ...DEFAULTS, text: written });
});

describe("what can have two meanings, or none, is refused with what was expected", () => {
  const table: readonly (readonly [given: object, problem: string])[] = [
    [{ timeoutSeconds: "a minute" }, '"timeoutSeconds": expected 1 to 3600 seconds'],
    [{ timeoutSeconds: "060" }, '"timeoutSeconds": expected 1 to 3600 seconds'],
    [{ timeoutSeconds: "3601" }, '"timeoutSeconds": expected 1 to 3600 seconds'],
    [{ timeoutSeconds: "" }, '"timeoutSeconds": expected 1 to 3600 seconds'],
    [{ need: "some" }, '"need": expected "any", "all" or a number of answers'],
    [{ need: "0" }, '"need": expected "any", "all" or a number of answers'],
    [{ need: 1.5 }, '"need": expected "any", "all" or a number of answers'],
    [{ id: "17.5" }, '"id": expected an id like q17'],
    [{ id: 17.5 }, '"id": expected an id like q17'],
    [{ id: -17 }, '"id": expected an id like q17'],
    [{ id: "q1 q2" }, '"id": expected an id like q17'],
    [{ id: ["q1", "q2"] }, '"id": expected an id like q17'],
    [{ text: 22.1 }, '"text": Invalid type: Expected string but received 22.1'],
    [{ text: ["a"] }, '"text": Invalid type: Expected string but received Array'],
    [{ other: null }, 'unknown key "other" (expected: id, ids, need, timeoutSeconds, text, flag)'],
    [
      JSON.parse('{ "__proto__": { "id": 1 } }') as object,
      'unknown key "__proto__" (expected: id, ids, need, timeoutSeconds, text, flag)',
    ],
  ];
  for (const [given, problem] of table)
    test(JSON.stringify(given), () =>
      assert.throws(() => parseInput("tool", schema, given), {
        refusal: { kind: "bad_input", tool: "tool", problems: [problem] },
      }),
    );

  test("null is missing where something is needed", () => {
    const needed = v.strictObject({ text: v.string() });
    assert.throws(() => parseInput("tool", needed, { text: null }), {
      refusal: {
        kind: "bad_input",
        tool: "tool",
        problems: ['"text": Invalid type: Expected string but received null'],
      },
    });
  });
});
