/** Loaded into a process before its own code: writes each statement that it has SQLite run to a file, one a line. */
import { appendFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";

const file = process.env["STATEMENTS_FILE"] ?? "";
const note = (sql: string) => {
  // Depends on how much of the hook's time is left.
  if (!/PRAGMA busy_timeout/.test(sql)) appendFileSync(file, `${sql.replace(/\s+/g, " ").trim()}\n`);
};

const { exec, prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  for (const one of sql.split(";")) if (one.trim() !== "") note(one);
  exec.call(this, sql);
};
DatabaseSync.prototype.prepare = function (sql) {
  const statement: StatementSync = prepare.call(this, sql);
  return new Proxy(statement, {
    get(target, name: "run" | "get" | "all") {
      const method: unknown = target[name];
      if (typeof method !== "function") return method;
      return (...values: unknown[]) => {
        note(sql);
        return method.apply(target, values);
      };
    },
  });
};
