import { join } from "node:path";
import type { Store } from "../../src/domain/store.ts";
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { state } from "../../src/store/sqlite/rows.ts";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";
import { tempFolder } from "../support/folder.ts";
import type { Backend } from "./stage.ts";

/** A fresh database file with that driver. */
export async function makeSqliteBackend(driver: DriverChoice): Promise<Backend> {
  const path = join(tempFolder(), "mesh.db");
  const open = () => openDatabase({ path, driver, busyTimeout: 5_000 }).db;
  const stores: Store[] = [];
  const reader = open();
  return {
    async open() {
      const store = makeSqliteStore(open());
      stores.push(store);
      return store;
    },
    async inspect(ids, after) {
      const rows = reader.all(
        `SELECT id, asker, recipient, state, answer FROM questions WHERE id > :after
         UNION SELECT id, asker, recipient, state, answer FROM questions
           WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id`,
        { after, ids: JSON.stringify(ids) },
      );
      const waits = reader.all(
        `SELECT waiter, recipient, question FROM waits JOIN questions ON questions.id = question
         WHERE state IN ('pending', 'shown') AND NOT ended`,
      );
      return {
        questions: rows.map((row) => ({
          id: Number(row["id"]),
          asker: Number(row["asker"]),
          recipient: Number(row["recipient"]),
          state: state(row["state"]),
          answer: row["answer"] === null ? null : String(row["answer"]),
        })),
        waits: waits.map((row) => ({
          waiter: Number(row["waiter"]),
          recipient: Number(row["recipient"]),
          question: Number(row["question"]),
        })),
      };
    },
    async close() {
      reader.close();
      for (const store of stores) await store.close();
    },
  };
}
