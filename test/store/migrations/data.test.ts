import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadBetterSqlite3 } from "../../../src/store/sqlite/better-sqlite3.ts";
import type { Driver, Row } from "../../../src/store/sqlite/driver.ts";
import { SCHEMA_VERSION } from "../../../src/store/sqlite/migrations.ts";
import { loadNodeSqlite } from "../../../src/store/sqlite/node-sqlite.ts";
import { openDatabase } from "../../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../../src/store/sqlite/store.ts";
import { idsOf } from "../stage.ts";
import { makeOldFile, rowsOf } from "./old-file.ts";

const DRIVERS = { "better-sqlite3": loadBetterSqlite3, "node:sqlite": loadNodeSqlite } as const;
const EARLIER = Array.from({ length: SCHEMA_VERSION - 1 }, (_, n) => n + 1);
/** A minute after the newest of what the files hold. */
const NOW = 1_767_225_660_000;

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  for (const schema of EARLIER) {
    describe(`a file of schema ${schema} with data in it, on ${driver}`, () => {
      const open = (path: string) => openDatabase({ path, driver, busyTimeout: 5_000 }).db;

      test("has every row after the migration", () => {
        const { path, raw } = makeOldFile(schema, driver);
        const tables = tablesOf(raw);
        const before = tables.map((table) => rowsOf(raw, table));
        raw.close();
        open(path).close();
        const after = DRIVERS[driver]()(path, 0);
        // Columns that a later step adds are no loss.
        const columns = (rows: Row[] | undefined) => Object.keys(rows?.[0] ?? {}).join(", ");
        assert.deepEqual(
          tables.map((table, n) => rowsOf(after, table, columns(before[n]))),
          before,
        );
        assert.ok(before.every((rows) => rows.length > 0));
        assert.deepEqual(rowsOf(after, "pragma_integrity_check"), [{ integrity_check: "ok" }]);
        assert.deepEqual(rowsOf(after, "pragma_foreign_key_check"), []);
        after.close();
      });

      test("goes on where it was: who waits is answered, who is asked is shown, who sleeps finds its mail", async () => {
        const { path, raw } = makeOldFile(schema, driver);
        raw.close();
        const store = makeSqliteStore(open(path));
        const take = (peer: number, questions: "new" | "open" | "due") =>
          store.take({ peer, questions, limit: 20, now: NOW });

        const live = (await store.peers(NOW)).map(({ name, host, asking }) => ({ name, host, asking }));
        assert.deepEqual(live, [
          { name: "backend", host: "host b", asking: false },
          { name: "frontend", host: "host f", asking: true },
          { name: "docs", host: null, asking: false },
        ]);

        const asked = await take(2, "open");
        assert.deepEqual(
          asked.questions.map(({ id, showing }) => [id, showing]),
          [
            [1, "first"],
            [8, "unconfirmed"],
            [2, "reminder"],
          ],
        );
        await store.confirm(asked.receipt, NOW);
        const answered = await store.reply({
          peer: 2,
          question: 1,
          answer: "the first",
          decline: false,
          now: NOW,
        });
        assert.deepEqual([answered.asker.name, answered.awaited], ["frontend", true]);

        // The wait of the old code holds its answer back from the inbox; the others come, each as what it is.
        const inbox = await take(1, "new");
        assert.deepEqual(
          inbox.replies.map(({ id, answer, showing }) => [id, answer, showing]),
          [
            [3, "the third", "first"],
            [5, "not mine", "first"],
            [10, "the tenth", "unconfirmed"],
          ],
        );
        await store.confirm(inbox.receipt, NOW);
        const by = { process: "server f", id: "server f, call 1" };
        const wait = { peer: 1, questions: [1], need: 1, by, continuing: false, now: NOW };
        const settled = await store.wait(wait);
        assert.equal(settled.kind, "settled");
        if (settled.kind === "settled") await store.confirm(settled.receipt, NOW);
        await store.dropWaits("server f");
        assert.deepEqual((await take(1, "new")).replies, []);

        const docs = await store.join({
          host: "host d",
          projectPath: "/work/docs",
          baseName: "docs",
          now: NOW,
        });
        assert.equal(docs.id, 3);
        assert.deepEqual(idsOf((await take(3, "open")).questions), [9]);
        const newest = await store.ask({ asker: 3, to: ["backend"], body: "new", by, now: NOW });
        assert.deepEqual(idsOf(newest), [12]);
        assert.deepEqual(
          (await store.history({ limit: 20, now: NOW })).map(({ id }) => id),
          Array.from({ length: 12 }, (_, n) => 12 - n),
        );
        await store.close();
      });
    });
  }
}

/** Our own tables. */
function tablesOf(raw: Driver): string[] {
  const sql =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return raw
    .prepare(sql)
    .all()
    .map((row) => String(row["name"]));
}
