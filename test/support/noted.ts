import type { Database } from "../../src/store/sqlite/database.ts";
import type { Parameters } from "../../src/store/sqlite/driver.ts";

/** The same database, which tells of each statement before it runs, those of transactions too. */
export function noted(db: Database, note: (sql: string, parameters?: Parameters) => void): Database {
  return {
    ...db,
    run(sql, parameters) {
      note(sql, parameters);
      return db.run(sql, parameters);
    },
    get(sql, parameters) {
      note(sql, parameters);
      return db.get(sql, parameters);
    },
    all(sql, parameters) {
      note(sql, parameters);
      return db.all(sql, parameters);
    },
    write(steps) {
      note("BEGIN IMMEDIATE");
      return db.write(() => {
        const result = steps();
        note("COMMIT");
        return result;
      });
    },
  };
}
