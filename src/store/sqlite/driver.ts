/** What the store needs of a SQLite driver; both drivers are wrapped to it. */

export type Value = string | number | bigint | null | Uint8Array;
export type Row = Record<string, Value>;
export type Parameters = Record<string, string | number | null>;

export interface Statement {
  /** Runs it and says how many rows changed. */
  run(parameters?: Parameters): number;
  get(parameters?: Parameters): Row | undefined;
  all(parameters?: Parameters): Row[];
}

export interface Driver {
  /** Name and version, for people. */
  readonly name: string;
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

/** Why a driver cannot be used, and what to do about that. */
export class DriverError extends Error {
  readonly remedy: string;
  constructor(problem: string, remedy: string) {
    super(problem);
    this.name = "DriverError";
    this.remedy = remedy;
  }
}

/**
 * @param path the database file, which exists
 * @param busyTimeout how long a statement waits for another process's write, in milliseconds
 */
export type OpenDriver = (path: string, busyTimeout: number) => Driver;
