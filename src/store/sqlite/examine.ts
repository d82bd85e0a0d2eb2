import { readFileSync, statSync } from "node:fs";
import type { PeerView } from "../../domain/peer.ts";
import type { KnownProcess } from "../../domain/presence.ts";
import { chooseDriver, type DriverChoice } from "./choose.ts";
import { makeDatabase } from "./database.ts";
import { type Driver, DriverError, type OpenDriver } from "./driver.ts";
import { identify, readableByThisCode, SCHEMA_VERSION, schemaVersion } from "./migrations.ts";
import { fileOf } from "./place.ts";
import { peers, processes } from "./presence.ts";
import { recognise } from "./recognise.ts";
import { withCopy } from "./set-aside.ts";

/** How long the examination waits for another process's write (milliseconds). */
const PATIENCE = 500;

export interface DriverFacts {
  /** Undefined where there is none. */
  readonly name: string | undefined;
  /** Why there is none, or not the preferred one. */
  readonly problem: string | undefined;
  readonly remedy: string | undefined;
}

/** What a database file is found to be. */
export type Condition =
  | { readonly kind: "absent" | "empty" }
  /** It cannot be opened or read at all, which says nothing of what is in it. */
  | { readonly kind: "closed"; readonly problem: string }
  /** Not a database, or one with broken pages. */
  | { readonly kind: "damaged"; readonly problem: string }
  /** Another program's, or any file without a sign of a mesh. */
  | { readonly kind: "foreign" }
  | { readonly kind: "newer"; readonly schema: number }
  | ({ readonly kind: "whole" } & Contents);

export interface Contents {
  readonly schema: number;
  readonly journal: string;
  /** Pages in the log, and how many of them are in the file as well. */
  readonly wal: { readonly pages: number; readonly done: number };
  readonly peers: readonly PeerView[];
  /** Every process that holds an address or a wait. */
  readonly processes: readonly KnownProcess[];
  readonly questions: number;
  /** When a hook of each event last ran. */
  readonly sightings: Readonly<Record<string, number>>;
}

export interface Examination {
  readonly known: number;
  readonly driver: DriverFacts;
  readonly condition: Condition;
  /** Whether the write lock could be had, and else which processes hold it, where that can be said. */
  readonly lock?: { readonly free: boolean; readonly holders: readonly number[] } | undefined;
}

/** Looks at a database file as it is: leaves nothing behind, migrates nothing, and touches only a mesh. */
export function examineFile(given: string, choice: DriverChoice, now: number): Examination {
  const path = fileOf(given);
  const { open, facts } = tryDriver(choice);
  return { known: SCHEMA_VERSION, driver: facts, ...lookAt(path, open, now) };
}

type Look = Pick<Examination, "condition" | "lock">;

function lookAt(path: string, open: OpenDriver | undefined, now: number): Look {
  const closed = (problem: string): Look => ({ condition: { kind: "closed", problem } });
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && !stat.isFile()) return closed("it is not a file");
    const kind = recognise(path);
    if (kind === "absent" || kind === "foreign") return { condition: { kind } };
    if (open === undefined) return closed("there is no driver to open it with");
    if (kind === "broken") return { condition: withCopy(path, (copy) => lookAtBroken(open, copy, now)) };
    return lookInPlace(open, path, now);
  } catch (error) {
    // Such as a file in another user's folder.
    return closed(problemOf(error));
  }
}

function lookInPlace(open: OpenDriver, path: string, now: number): Look {
  let driver: Driver | undefined;
  try {
    driver = open(path, PATIENCE);
    const condition = look(driver, path, now);
    if (condition.kind !== "whole") return { condition };
    const free = lockIsFree(driver);
    return { condition, lock: { free, holders: free ? [] : lockHolders(path) } };
  } catch (error) {
    const condition = failed(error);
    const locked = /locked/.test(condition.problem);
    return { condition, lock: locked ? { free: false, holders: lockHolders(path) } : undefined };
  } finally {
    driver?.close();
  }
}

/** What lies where a mesh was: another database may have taken its place, and that is not ours to mend. */
function lookAtBroken(open: OpenDriver, copy: string, now: number): Condition {
  let driver: Driver | undefined;
  try {
    // For SQLite, a byte is a new database.
    if (statSync(copy).size <= 1) return { kind: "damaged", problem: "it is cut off" };
    driver = open(copy, PATIENCE);
    const condition = look(driver, copy, now);
    return condition.kind === "foreign"
      ? condition
      : { kind: "damaged", problem: "its beginning is missing" };
  } catch (error) {
    return failed(error);
  } finally {
    driver?.close();
  }
}

function failed(error: unknown): Extract<Condition, { kind: "damaged" | "closed" }> {
  const problem = problemOf(error);
  return { kind: /malformed|not a database/.test(problem) ? "damaged" : "closed", problem };
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tryDriver(choice: DriverChoice) {
  try {
    const { open, passedOver } = chooseDriver(choice);
    // Neither driver says which it is before it opens something; SQLite takes this path for a database in memory.
    const trial = open(":memory:", 0);
    const version = trial.prepare("SELECT sqlite_version() AS version").get()?.["version"];
    const name = `${trial.name} (SQLite ${version})`;
    trial.close();
    return { open, facts: { name, problem: passedOver?.problem, remedy: passedOver?.remedy } };
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    const remedy = error instanceof DriverError ? error.remedy : undefined;
    return { open: undefined, facts: { name: undefined, problem, remedy } };
  }
}

function look(driver: Driver, path: string, now: number): Condition {
  const value = (pragma: string) => Object.values(driver.prepare(`PRAGMA ${pragma}`).get() ?? {});
  const { foreign } = identify(driver);
  const tables = driver.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const names = tables.map((row) => String(row["name"]));
  const [problem] = value("quick_check(1)");
  if (problem !== "ok") return { kind: "damaged", problem: String(problem).replace(/\s+/g, " ") };
  if (foreign) return { kind: "foreign" };
  if (names.length === 0) return { kind: "empty" };
  const schema = schemaVersion(driver);
  if (schema > SCHEMA_VERSION && !readableByThisCode(driver)) return { kind: "newer", schema };
  const [, pages, done] = value("wal_checkpoint(PASSIVE)");
  const db = makeDatabase(driver, { path, busyTimeout: PATIENCE, deadline: Number.POSITIVE_INFINITY });
  const seen = names.includes("sightings") ? db.all("SELECT event, seen_at FROM sightings") : [];
  return {
    kind: "whole",
    schema,
    journal: String(value("journal_mode")[0]),
    wal: { pages: Number(pages), done: Number(done) },
    peers: peers(db, now),
    processes: processes(db),
    questions: Number(db.get("SELECT count(*) AS n FROM questions")?.["n"]),
    sightings: Object.fromEntries(seen.map((row) => [String(row["event"]), Number(row["seen_at"])])),
  };
}

function lockIsFree(driver: Driver): boolean {
  try {
    driver.exec("BEGIN IMMEDIATE");
    driver.exec("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

/** Where SQLite locks a file: the log's write lock, in the index beside it, and the bytes of the file itself. */
const WAL_WRITE_LOCK = 120;
const PENDING_BYTE = 0x40000000;

/** Linux tells who holds a lock: proc_locks(5). */
function lockHolders(path: string): number[] {
  try {
    const index = statSync(`${path}-shm`, { throwIfNoEntry: false })?.ino;
    const file = statSync(path).ino;
    const pids = readFileSync("/proc/locks", "utf8")
      .split("\n")
      .map((line) => /WRITE\s+(\d+) \w+:\w+:(\d+) (\d+) (\d+|EOF)/.exec(line))
      .filter((match) => {
        const [, , inode, first, last] = match ?? [];
        if (Number(inode) === file) return Number(first) >= PENDING_BYTE;
        const end = last === "EOF" ? Number.POSITIVE_INFINITY : Number(last);
        return Number(inode) === index && Number(first) <= WAL_WRITE_LOCK && end >= WAL_WRITE_LOCK;
      })
      .map((match) => Number(match?.[1]));
    return [...new Set(pids)].filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return [];
  }
}
