import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { examineFile } from "../../src/store/sqlite/examine.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { sight } from "../../src/store/sqlite/sightings.ts";
import { tempFolder } from "../support/folder.ts";

for (const driver of ["better-sqlite3", "node:sqlite"] as const) {
  test(`on ${driver}, that a hook ran is written down once a minute for each event, and read by who only looks`, () => {
    const path = join(tempFolder(), "mesh.db");
    const { db } = openDatabase({ path, driver, busyTimeout: 1_000 });
    const seen = () => {
      const { condition } = examineFile(path, driver, 0);
      return condition.kind === "whole" ? condition.sightings : condition;
    };
    const start = 1_000_000;
    sight(db, "Stop", start);
    sight(db, "Stop", start + 59_000);
    sight(db, "SessionStart", start + 59_000);
    assert.deepEqual(seen(), { SessionStart: start + 59_000, Stop: start });
    sight(db, "Stop", start + 60_000);
    assert.deepEqual(seen(), { SessionStart: start + 59_000, Stop: start + 60_000 });
    db.close();
  });
}
