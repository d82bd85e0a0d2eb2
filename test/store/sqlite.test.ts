import assert from "node:assert/strict";
import { test } from "node:test";
import { storeContract } from "./contract.ts";
import { makeSqliteBackend } from "./sqlite-backend.ts";

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  storeContract(driver, () => makeSqliteBackend(driver));

  test(`the store on ${driver} says which driver it uses`, async (t) => {
    const backend = await makeSqliteBackend(driver);
    t.after(() => backend.close());
    assert.ok((await backend.open()).driver.startsWith(driver));
  });
}
