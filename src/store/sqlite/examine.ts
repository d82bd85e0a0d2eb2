import { readFileSync, type Stats, statSync } from "node:fs";
import type { PeerView, ProcessKey } from "../../domain/peer.ts";
import { chooseDriver, type DriverChoice } from "./choose.ts";
import { makeDatabase } from "./database.ts";
import { type Driver, DriverError } from "./driver.ts";
import { readableByThisCode, SCHEMA_VERSION, schemaVersion } from "./migrations.ts";
import { peers, processes } from "./presence.ts";

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
  /** A database of another program. */
  | { readonly kind: "foreign"; readonly schema: number }
  | { readonly kind: "newer"; readonly schema: number }
  | ({ readonly kind: "whole" } & Contents);

export interface Contents {
  readonly schema: number;
  readonly journal: string;
  /** Pages in the log, and how many of them are in the file as well. */
  readonly wal: { readonly pages: number; readonly done: number };
  readonly peers: readonly PeerView[];
  /** Every process that holds an address or a wait. */
  readonly processes: readonly { readonly process: ProcessKey; readonly lastSeenAt: number }[];
  readonly questions: number;
  /** When a hook of each event last ran. */
  readonly sightings: Readonly<Record<string, number>>;
}

export interface Examination {
  readonly known: number;
  readonly driver: DriverFacts;
  readonly condition: Condition;
  /** Whether the write lock could be had, and else which processes hold it, where that can be said. */
  readonly lock: { readonly free: boolean; readonly holders: readonly number[] } | undefined;
}

/** What there is at a path; the error where that cannot be seen, as in another user's folder. */
function statOf(path: string): Stats | Error | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Looks at a database file as it is: makes nothing, migrates nothing. */
export function examineFile(path: string, choice: DriverChoice, now: number): Examination {
  const { open, facts } = tryDriver(choice);
  const found = (condition: Condition, lock?: Examination["lock"]): Examination => ({
    known: SCHEMA_VERSION,
    driver: facts,
    condition,
    lock,
  });
  const stat = statOf(path);
  if (stat instanceof Error) return found({ kind: "closed", problem: stat.message });
  if (stat === undefined) return found({ kind: "absent" });
  if (!stat.isFile()) return found({ kind: "closed", problem: "it is not a file" });
  if (open === undefined) return found({ kind: "closed", problem: "there is no driver to open it with" });
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  // SQLite itself would throw the log away, and what was acknowledged with it.
  if (stat.size === 1 || (stat.size === 0 && log > 0))
    return found({ kind: "damaged", problem: "it is cut off" });
  let driver: Driver | undefined;
  try {
    driver = open(path, PATIENCE);
    const condition = look(driver, path, stat.size, now);
    const free = condition.kind === "whole" ? lockIsFree(driver) : undefined;
    return found(
      condition,
      free === undefined ? undefined : { free, holders: free ? [] : lockHolders(path) },
    );
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const broken = /malformed|not a database/.test(problem);
    const lock = /locked/.test(problem) ? { free: false, holders: lockHolders(path) } : undefined;
    return found({ kind: broken ? "damaged" : "closed", problem }, lock);
  } finally {
    driver?.close();
  }
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

function look(driver: Driver, path: string, size: number, now: number): Condition {
  const value = (pragma: string) => Object.values(driver.prepare(`PRAGMA ${pragma}`).get() ?? {});
  const schema = schemaVersion(driver);
  const tables = driver.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const names = tables.map((row) => String(row["name"]));
  if (names.length === 0 && schema === 0 && size === 0) return { kind: "empty" };
  const [problem] = value("quick_check(1)");
  if (problem !== "ok") return { kind: "damaged", problem: String(problem).replace(/\s+/g, " ") };
  if (!names.includes("peers") || !names.includes("questions"))
    return names.length === 0 ? { kind: "empty" } : { kind: "foreign", schema };
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
