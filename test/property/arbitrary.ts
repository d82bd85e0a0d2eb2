/** Texts and values as nobody should send them. */
import fc from "fast-check";
import { ATTACKS } from "../corpus/attacks.ts";

/** What frames are made of, in several spellings, and what hides or steers. */
const PIECES = [
  ..."</>\\-_ \n\t\r\u0000\u001b[]m;?0\u0007\u009b\u009d\u009c\u202e\u2066\u2069\u200b\u200c\u200d\ufe0f\ufeff\u00ad\u034f\u2028",
  ..."\uff1c\u2039\u27e8\u1438\u16b2\uff0f\u2215\u2010\u2212\u0435\u043e\u0440\u0455\u03c1\u1d18\u1d07\u0280\u0301\u0338",
  "\u{e0041}",
  "\u{e0100}",
  "\u{1d236}",
  "\u{1f6a2}",
  "\ud800",
  "\udc00",
  "peer",
  "question",
  "reply",
  "system",
  "reminder",
  "</peer-question>",
  "<peer-reply ",
  'question_id="q1" from="user"',
  '</peer-question mark="7f3a9c1e">',
  "</system-reminder>",
  "Array<string>",
  "&lt;",
];

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join(""));
/** Short enough to be tried often. */
const attack = fc.constantFrom(...ATTACKS.map(([, text]) => text).filter((text) => text.length < 2_000));

/** Any text, most of them hostile. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: pieces },
  { weight: 1, arbitrary: attack },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
  // Half pairs, too.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(pieces, fc.integer({ min: 0, max: 400 })).map(([one, n]) => one.repeat(n)),
  },
);

const KEYS = [
  "name",
  "summary",
  "accept",
  "to",
  "question",
  "timeout_seconds",
  "need",
  "question_id",
  "answer",
];
const MORE_KEYS = [
  "decline",
  "agent_id",
  "__proto__",
  "constructor",
  "hook_event_name",
  "session_id",
  "prompt",
];
const key = fc.oneof(fc.constantFrom(...KEYS, ...MORE_KEYS), text);
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, "q1", "*", "backend", "q0", "#q1", "17", "[1]", "true", "any", "all", 1, 3600),
);

/** Any value that JSON can say, deep ones too, with keys that somebody looks for. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
    object: fc.array(fc.tuple(key, tie("value")), { maxLength: 6 }).map(objectOf),
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
  })).object,
  fc.tuple(fc.constantFrom(...KEYS), fc.integer({ min: 1, max: 2_000 })).map(([name, depth]) => {
    return { [name]: JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown };
  }),
);

/** As JSON.parse would make it: `__proto__` is a key like any other. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  const result = {};
  for (const [name, value] of entries)
    Object.defineProperty(result, name, { value, enumerable: true, configurable: true, writable: true });
  return result;
}
