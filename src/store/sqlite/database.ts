import type { Driver, Parameters, Row } from "./driver.ts";
import { faultOf } from "./faults.ts";

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

export interface DatabaseOptions {
  readonly path: string;
  /** How long the driver lets a statement wait for other processes, in milliseconds, while there is time. */
  readonly busyTimeout: number;
  /** When all waits must be over, in milliseconds since the start of this process. */
  readonly deadline: number;
}

/** Milliseconds by which a statement may end after the deadline. */
const SLACK = 20;

/**
 * Prepares each statement once, when it is first used: a hook needs three of them, not thirty. What a driver throws of
 * the disk comes out in words, from the first statement to the last.
 */
export function makeDatabase(driver: Driver, options: DatabaseOptions): Database {
  const { path, deadline } = options;
  let granted = options.busyTimeout;

  const keepDeadline = () => {
    const left = deadline - performance.now();
    if (granted <= left + SLACK) return;
    granted = left;
    // SQLite takes the whole part, and a negative number for none.
    driver.exec(`PRAGMA busy_timeout = ${left}`);
  };
  const attempt = <T>(step: () => T): T => {
    try {
      keepDeadline();
      return step();
    } catch (error) {
      throw faultOf(path, error);
    }
  };

  const prepared = new Map<string, ReturnType<Driver["prepare"]>>();
  const statement = (sql: string) => {
    let found = prepared.get(sql);
    if (found === undefined) {
      found = driver.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  const run: Database["run"] = (sql, parameters) => attempt(() => statement(sql).run(parameters));
  return {
    name: driver.name,
    run,
    get: (sql, parameters) => attempt(() => statement(sql).get(parameters)),
    all: (sql, parameters) => attempt(() => statement(sql).all(parameters)),
    write(steps) {
      run("BEGIN IMMEDIATE");
      try {
        const result = steps();
        run("COMMIT");
        return result;
      } catch (error) {
        try {
          statement("ROLLBACK").run();
        } catch {
          // A full or failing disk has ended the transaction already; what it said first is what counts.
        }
        throw error;
      }
    },
    close: () => driver.close(),
  };
}
