import type { Driver, Parameters, Row } from "./driver.ts";

/** A driver with its prepared statements and its transactions. */
export interface Database {
  readonly name: string;
  run(sql: string, parameters?: Parameters): number;
  get(sql: string, parameters?: Parameters): Row | undefined;
  all(sql: string, parameters?: Parameters): Row[];
  /**
   * Runs the steps in one transaction that holds the write lock from its start, so that what they read cannot change
   * under them. Kept short: every other process waits meanwhile.
   */
  write<T>(steps: () => T): T;
  close(): void;
}

/** Prepares each statement once, when it is first used: a hook needs three of them, not thirty. */
export function makeDatabase(driver: Driver): Database {
  const prepared = new Map<string, ReturnType<Driver["prepare"]>>();
  const statement = (sql: string) => {
    let found = prepared.get(sql);
    if (found === undefined) {
      found = driver.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  return {
    name: driver.name,
    run: (sql, parameters) => statement(sql).run(parameters),
    get: (sql, parameters) => statement(sql).get(parameters),
    all: (sql, parameters) => statement(sql).all(parameters),
    write(steps) {
      statement("BEGIN IMMEDIATE").run();
      try {
        const result = steps();
        statement("COMMIT").run();
        return result;
      } catch (error) {
        statement("ROLLBACK").run();
        throw error;
      }
    },
    close: () => driver.close(),
  };
}
