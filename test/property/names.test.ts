import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  chooseName,
  familyName,
  familyRank,
  heldName,
  makeName,
  NAME_PATTERN,
  nearestNames,
  parseName,
} from "../../src/domain/peer.ts";
import { formatId, parseId } from "../../src/domain/question.ts";
import { text } from "./arbitrary.ts";
import { check } from "./check.ts";

const name = text.map(makeName);

test("any text makes a name, the same one each time, and a name makes itself", () =>
  check([text], (words) => {
    const made = makeName(words);
    assert.match(made, NAME_PATTERN);
    assert.equal(makeName(words), made);
    assert.equal(makeName(made), made);
    assert.equal(parseName(made), made);
  }));

test("any text is a name or none, and a name has nothing else in it", () =>
  check([text], (words) => {
    const parsed = parseName(words);
    if (parsed === undefined) return;
    assert.match(parsed, NAME_PATTERN);
    assert.equal(parsed, words.trim().toLowerCase());
    assert.equal(parseName(parsed), parsed);
  }));

test("a name from a file that others may have written cannot leave an attribute", () =>
  check([text], (words) => assert.match(heldName(words), /^[a-z0-9._-]{0,63}$/)));

test("a family's names are names, each another, and know their place", () =>
  check([name, fc.integer({ min: 1, max: 99_999 })], (base, n) => {
    const member = familyName(base, n);
    assert.match(member, NAME_PATTERN);
    assert.equal(familyRank(base, member), n);
    if (n > 1) assert.notEqual(member, familyName(base, n - 1));
  }));

test("the name that is chosen is free", () =>
  check([name, fc.array(name), fc.array(name), fc.nat({ max: 5 })], (base, former, others, held) => {
    const taken = new Set([...others, ...Array.from({ length: held }, (_, n) => familyName(base, n + 1))]);
    const chosen = chooseName(base, former, (one) => !taken.has(one));
    assert.ok(!taken.has(chosen));
    assert.ok(familyRank(base, chosen) !== undefined, chosen);
  }));

test("near names are some of those that there are", () =>
  check([text, fc.array(name)], (wanted, names) => {
    const near = nearestNames(wanted.slice(0, 200), names);
    assert.ok(near.length <= 3 && near.every((one) => names.includes(one)));
  }));

test("an id is read back as it was written, and nothing without its number is an id", () =>
  check([fc.integer({ min: 1, max: 999_999_999_999_999 }), text], (id, words) => {
    assert.equal(parseId(formatId(id)), id);
    const parsed = parseId(words);
    if (parsed !== undefined)
      assert.equal(formatId(parsed), `q${words.trim().toLowerCase().replace(/^#?q?/, "")}`);
  }));
