import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  familyName,
  familyRank,
  makeName,
  NAME_PATTERN,
  nearestNames,
  parseName,
} from "../../src/domain/peer.ts";

describe("parseName", () => {
  const valid = {
    backend: "backend",
    " Backend ": "backend",
    "a.b_c-1": "a.b_c-1",
    "0": "0",
    [`a${"b".repeat(62)}`]: undefined,
  };
  for (const [text, name] of Object.entries(valid)) {
    test(`takes ${JSON.stringify(text.slice(0, 20))}`, () => assert.equal(parseName(text), name ?? text));
  }
  for (const text of [
    "",
    " ",
    "-a",
    ".a",
    "_a",
    "a b",
    "a/b",
    "ä",
    "a\n",
    "a".repeat(64),
    "a\u0000",
    "<a>",
    '"',
  ]) {
    const name = text.trim() === "a" ? "a" : undefined;
    test(`${name ? "trims" : "refuses"} ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(parseName(text), name));
  }
});

describe("makeName", () => {
  const table = [
    ["backend", "backend"],
    ["My Project", "my-project"],
    ["Überraschung", "uberraschung"],
    [".dotfiles", "dotfiles"],
    ["--flag", "flag"],
    ["project (copy)", "project-copy"],
    ["claude_mesh.v2", "claude_mesh.v2"],
    ["Straße", "strasse"],
    ["Łódź", "lodz"],
    ["ﬁlm", "film"],
    ["½", "1-2"],
    ["проект-оплата", "proekt-oplata"],
    ["Москва 2", "moskva-2"],
    ["Ελλάδα", "ellada"],
    ["مشروع", "mshrw"],
    ["שלום", "slvm"],
    ["日本語", "ribenyu"],
    ["中文项目", "zhongwenxiangmu"],
    ["ガイド", "gaido"],
    ["カイト", "kaito"],
    ["한국어", "hangugeo"],
    ["हिन्दी", "hindi"],
    ["โครงการ", "okhrngkar"],
    ["தமிழ்", "tmil"],
    ["አማርኛ", "amarnya"],
    ["ქართული", "kartuli"],
    ["🚀", "rocket"],
    ["my 🚀 app", "my-rocket-app"],
    ["👩‍🔬", "woman-microscope"],
    ["𠮷野家", "u20bb7-yejia"],
    ["\uf8ff", "uf8ff"],
    ["—", "session"],
    ["", "session"],
    ["...", "session"],
    ["x".repeat(100), "x".repeat(63)],
    [`${"x".repeat(62)}-y`, "x".repeat(62)],
  ] as const;
  for (const [text, name] of table) {
    test(`makes ${JSON.stringify(name.slice(0, 20))} of ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(makeName(text), name);
      assert.match(makeName(text), NAME_PATTERN);
    });
  }
});

describe("makeName, of folders of any script,", () => {
  test("gives the same name for all Unicode forms of a text", () => {
    for (const text of ["ガイド", "한국어", "Überraschung", "Ελλάδα", "й", "ｶﾞｲﾄﾞ"]) {
      const names = (["NFC", "NFD"] as const).map((form) => makeName(text.normalize(form)));
      assert.equal(names[0], names[1], text);
    }
  });

  test("seldom gives one name for two", () => {
    const words = [
      "тест",
      "тесты",
      "проект",
      "сервер",
      "клиент",
      "东京",
      "北海",
      "上海",
      "🚀",
      "🌙",
      "ა",
      "ბ",
    ];
    assert.equal(new Set(words.map(makeName)).size, words.length);
    const rare = Array.from({ length: 500 }, (_, n) => makeName(String.fromCodePoint(0x2_0000 + n)));
    assert.equal(new Set(rare).size, 500);
  });

  test("leaves what is a name already as it is", () => {
    for (const name of ["backend", "a.b_c-1", "0", "x-2"]) assert.equal(makeName(name), name);
  });
});

describe("a family of names", () => {
  test("counts from the base, which is its first", () => {
    assert.deepEqual(
      [1, 2, 3, 12].map((n) => familyName("api", n)),
      ["api", "api-2", "api-3", "api-12"],
    );
  });

  test("stays within 63 characters, each name another", () => {
    const base = "x".repeat(63);
    const names = [1, 2, 10, 100].map((n) => familyName(base, n));
    for (const name of names) assert.match(name, NAME_PATTERN);
    assert.equal(new Set(names).size, names.length);
  });

  test("knows its own, also where the base was cut", () => {
    for (const base of ["api", "api-2", "x".repeat(63)]) {
      for (const n of [1, 2, 9, 10, 99, 1000]) assert.equal(familyRank(base, familyName(base, n)), n);
    }
  });

  test("knows no stranger", () => {
    for (const name of ["ap", "apis", "api-", "api-1", "api-0", "api-02", "api-x", "other-2"]) {
      assert.equal(familyRank("api", name), undefined, name);
    }
  });
});

describe("nearestNames", () => {
  const names = ["backend", "backend-2", "frontend", "mobile", "zebra"];

  test("finds a mistyped name first", () => assert.equal(nearestNames("bakend", names)[0], "backend"));
  test("finds the part of a name", () => assert.deepEqual(nearestNames("front", names), ["frontend"]));
  test("finds nothing where nothing is near", () => assert.deepEqual(nearestNames("qqqqqqqq", names), []));
  test("names at most three, best first", () => {
    assert.deepEqual(nearestNames("api", ["apis", "apix", "ap", "api-2", "api-3"]), ["ap", "apis", "apix"]);
  });
});
