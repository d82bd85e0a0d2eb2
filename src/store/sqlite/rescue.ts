import type { Database } from "./database.ts";
import type { Driver, OpenDriver, Row } from "./driver.ts";

/** How many addresses and questions were saved, and how many places of questions could not be read. */
export interface Rescued {
  readonly peers: number;
  readonly questions: number;
  readonly unread: number;
}

/** Only the newest are looked for. */
const NEWEST = 100_000;
/** Ids of a file of which nothing tells the last begin with the minutes since then: no session remembers such a one. */
const IDS_SINCE = Date.UTC(2026, 0);

/**
 * Copies the rows that can be read, one by one, to a new database. Questions keep their ids, for models remember them.
 * Undefined where nothing at all can be read.
 */
export function rescue(path: string, open: OpenDriver, into: Database, now: number): Rescued | undefined {
  let last = Math.floor((now - IDS_SINCE) / 60_000);
  let rescued: Rescued | undefined;
  let from: Driver | undefined;
  try {
    from = open(path, 1_000);
    const newest = newestId(from);
    if (newest !== undefined) {
      last = newest;
      rescued = copy(from, into, newest);
    }
  } catch {
    // What cannot be read lies in the file that was set aside.
  } finally {
    from?.close();
  }
  into.write(() => {
    into.run("DELETE FROM sqlite_sequence WHERE name = 'questions'");
    into.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('questions', :last)", { last });
  });
  return rescued;
}

function newestId(from: Driver): number | undefined {
  const row = from.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'questions'").get();
  return row === undefined ? undefined : Number(row["seq"]);
}

function copy(from: Driver, into: Database, newest: number): Rescued {
  return into.write(() => {
    const savedPeers = copyRows(from, into, "peers", 1, newestPeer(from));
    const first = Math.max(1, newest - NEWEST);
    const saved = copyRows(from, into, "questions", first, newest);
    return { peers: savedPeers.rows, questions: saved.rows, unread: saved.broken };
  });
}

function newestPeer(from: Driver): number {
  return Number(from.prepare("SELECT max(id) AS id FROM peers").get()?.["id"] ?? 0);
}

function copyRows(from: Driver, into: Database, table: "peers" | "questions", first: number, last: number) {
  const known = new Set(into.all(`SELECT name FROM pragma_table_info('${table}')`).map((row) => row["name"]));
  const read = from.prepare(`SELECT * FROM ${table} WHERE id = :id`);
  let rows = 0;
  let broken = 0;
  for (let id = first; id <= last; id++) {
    try {
      const row = read.get({ id });
      if (row === undefined) continue;
      insert(into, table, row, known);
      rows++;
    } catch {
      broken++;
    }
  }
  return { rows, broken };
}

/** Of a file of another schema, only the columns that this one has. */
function insert(into: Database, table: string, row: Row, known: ReadonlySet<unknown>): void {
  const columns = Object.keys(row).filter((column) => known.has(column));
  const values = columns.map((column) => [column, toParameter(row[column])]);
  into.run(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((column) => `:${column}`).join(", ")})`,
    Object.fromEntries(values),
  );
}

function toParameter(value: Row[string] | undefined): string | number | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : Number(value);
}
