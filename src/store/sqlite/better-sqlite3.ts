import { createRequire } from "node:module";
import type { Driver, OpenDriver, Parameters, Row } from "./driver.ts";

interface Addon {
  new (
    path: string,
    options: { timeout: number; fileMustExist: boolean },
  ): {
    exec(sql: string): unknown;
    prepare(sql: string): {
      run(parameters: Parameters): { changes: number };
      get(parameters: Parameters): Row | undefined;
      all(parameters: Parameters): Row[];
    };
    close(): void;
  };
}

/** Throws where the package is missing or its binary does not load. */
export function loadBetterSqlite3(): OpenDriver {
  // Seen with better-sqlite3 13.2: where Node-API is below 10 (Node before 22.14, and 23.0 to 23.5), loading it crashes.
  const api = Number(process.versions["napi"]);
  if (api < 10) throw new Error(`it needs Node-API 10, this Node ${process.versions.node} has ${api}`);
  const require = createRequire(import.meta.url);
  const Database: Addon = require("better-sqlite3");
  return (path, busyTimeout): Driver => {
    const database = new Database(path, { timeout: busyTimeout, fileMustExist: true });
    return {
      name: "better-sqlite3",
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          run: (parameters = {}) => statement.run(parameters).changes,
          get: (parameters = {}) => statement.get(parameters),
          all: (parameters = {}) => statement.all(parameters),
        };
      },
      close: () => database.close(),
    };
  };
}
