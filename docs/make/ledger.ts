/** What changed in the file since the last look, as a table. */
import type { Database } from "../../src/store/sqlite/database.ts";
import { code, table } from "./marked.ts";

export interface Ledger {
  changes(): string;
}

type Cells = Readonly<Record<string, unknown>>;

/** The tables of a question's life, and the columns that name a row of them. */
const TABLES = { peers: ["name"], questions: ["id"], waits: ["question"] } as const;
/** Marks of life, which every step moves; and what is derived from others. */
const LEFT_OUT = new Set(["last_seen_at", "active_at", "activity_at", "expires_at", "id"]);
const EMPTY = new Set<unknown>([null, 0, ""]);

/** @param start the moment from which times count (milliseconds since the epoch) */
export function makeLedger(db: Database, start: number): Ledger {
  let before = new Map<string, Cells>();
  const tokens: string[] = [];

  function cell(column: string, value: unknown): string {
    if (value === null) return "*null*";
    if (/_(at|since)$/.test(column))
      return value === 0 ? "*never*" : `${((Number(value) - start) / 1_000).toFixed(3)} s`;
    // Other than a name for a handing, a token says nothing: it is made of a process id and a clock.
    if (/handing$/.test(column)) {
      if (!tokens.includes(String(value))) tokens.push(String(value));
      return code(`token ${tokens.indexOf(String(value)) + 1}`);
    }
    return code(String(value));
  }

  function look(): Map<string, Cells> {
    const rows = Object.entries(TABLES).flatMap(([name, keys]) =>
      db.all(`SELECT * FROM ${name}`).map((row): [string, Cells] => {
        const key = keys.map((column) => String(row[column])).join(" ");
        return [`${code(name)} ${key}`, row];
      }),
    );
    return new Map(rows);
  }

  return {
    changes() {
      const after = look();
      const rows = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
        const [old, now] = [before.get(key), after.get(key)];
        if (now === undefined) return [[key, "the row is removed"]];
        const changed = Object.keys(now).filter(
          (column) =>
            !LEFT_OUT.has(column) &&
            (old === undefined ? !EMPTY.has(now[column]) : old[column] !== now[column]),
        );
        if (changed.length === 0) return [];
        const words = changed.map((column) => {
          const was = old === undefined ? "" : `${cell(column, old[column])} → `;
          return `${column}: ${was}${cell(column, now[column])}`;
        });
        return [[old === undefined ? `${key}, new` : key, words.join("\n")]];
      });
      before = after;
      return table(["row", "what changes"], rows);
    },
  };
}
