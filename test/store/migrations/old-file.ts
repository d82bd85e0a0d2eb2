import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DriverChoice } from "../../../src/store/sqlite/choose.ts";
import { chooseDriver } from "../../../src/store/sqlite/choose.ts";
import type { Driver, Row } from "../../../src/store/sqlite/driver.ts";
import { MIGRATIONS } from "../../../src/store/sqlite/migrations.ts";
import { tempFolder } from "../../support/folder.ts";

/** A new file as code of that schema made it, still open, and filled with `schema-n.sql` where wanted. */
export function makeOldFile(
  schema: number,
  driver: DriverChoice,
  filled = true,
): { path: string; raw: Driver } {
  const path = join(tempFolder(), "mesh.db");
  writeFileSync(path, "");
  const raw = chooseDriver(driver).open(path, 5_000);
  raw.exec("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON");
  for (const step of MIGRATIONS.slice(0, schema)) raw.exec(step());
  raw.exec(`PRAGMA user_version = ${schema}`);
  if (filled) raw.exec(readFileSync(join(import.meta.dirname, `schema-${schema}.sql`), "utf8"));
  return { path, raw };
}

/** Every row of a table in the given columns, or in those there are. */
export function rowsOf(raw: Driver, table: string, columns = "*"): Row[] {
  const rows = raw.prepare(`SELECT ${columns} FROM ${table} ORDER BY 1`).all();
  // One driver gives rows without a prototype.
  return rows.map((row) => ({ ...row }));
}
