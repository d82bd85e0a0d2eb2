import { createRequire } from "node:module";
import type { Driver, OpenDriver, Row } from "./driver.ts";

/** Throws where this Node has no `node:sqlite`. */
export function loadNodeSqlite(): OpenDriver {
  const { DatabaseSync } = quietly(() => {
    // A static import would keep the file from loading at all on a Node without the module.
    const require = createRequire(import.meta.url);
    return require("node:sqlite") as typeof import("node:sqlite");
  });
  return (path, busyTimeout): Driver => {
    const database = new DatabaseSync(path, { timeout: busyTimeout });
    return {
      name: "node:sqlite",
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          run: (parameters = {}) => Number(statement.run(parameters).changes),
          get: (parameters = {}) => statement.get(parameters) as Row | undefined,
          all: (parameters = {}) => statement.all(parameters) as Row[],
        };
      },
      close: () => database.close(),
    };
  };
}

/** Loading the module prints an ExperimentalWarning, which a hook's stderr must not carry into a session. */
function quietly<T>(load: () => T): T {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
