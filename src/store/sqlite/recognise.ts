import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";

/**
 * What lies at the database's path. `blank` is a database with nothing in it; `broken` was a mesh and cannot be used as it is;
 * `foreign` is whatever shows no sign of a mesh.
 */
export type Found = "absent" | "blank" | "mesh" | "broken" | "foreign";

const HEADER = "SQLite format 3\0";
/**
 * As SQLite writes a table's name, twice, and its statement. These stand in the first pages, also after a VACUUM; in a new
 * file they are in the log until that is taken over.
 */
const TABLES = [
  /tablemetameta[^]{1,4}CREATE TABLE meta \(key TEXT PRIMARY KEY, value TEXT NOT NULL\) STRICT/,
  /tablepeerspeers[^]{1,4}CREATE TABLE/,
  /tablequestionsquestions[^]{1,4}CREATE TABLE/,
];
const OLDEST_READER = "readable_by_schema";
/** So far the signs are looked for (bytes): seen in the first 9,000. */
const BEGINNING = 65_536;

/** What a repair puts in the place of a file while it makes the new one. */
export const BARRIER =
  "claude-mesh is mending this file. Where this stays, run: claude-mesh doctor --repair\n";

/** The files that this process has open as databases, by inode, and how often. */
const held = new Map<string, number>();

/**
 * Says that this process has opened a mesh. To read its file beside SQLite, and close it, would drop the locks that SQLite has on
 * it (POSIX). Returns how to say that it was closed.
 */
export function hold(path: string): () => void {
  const key = inodeOf(path);
  held.set(key, (held.get(key) ?? 0) + 1);
  return () => {
    const left = (held.get(key) ?? 1) - 1;
    if (left > 0) held.set(key, left);
    else held.delete(key);
  };
}

function inodeOf(path: string): string {
  const { dev, ino } = statSync(path);
  return `${dev}:${ino}`;
}

/**
 * Tells by the bytes alone whether a file is the mesh's. SQLite would make files beside one that it only looks at, and take
 * its log into it. Throws where the file cannot be read.
 */
export function recognise(path: string): Found {
  // The log first: whoever makes a new database writes to the file before.
  const log = beginningOf(`${path}-wal`) ?? "";
  const file = beginningOf(path);
  if (file === undefined) return "absent";
  if (file === "" && log === "") return "blank";
  const isDatabase = file.startsWith(HEADER);
  // Of a file that somebody wrote over, the log may still hold all; but SQLite takes one byte at most for a new database.
  const inLog = isMesh(log) && (isDatabase ? isEmpty(file) : file.length > 1);
  if ((isDatabase && isMesh(file)) || inLog) return "mesh";
  if (isDatabase && isEmpty(file)) {
    const found = log === "" ? "blank" : emptyWithLog(path);
    // The log may have been written while it was read.
    const settled = found === "foreign" ? emptyWithLog(path) : found;
    if (settled !== "foreign") return settled;
  }
  // What begins as a text only quotes a mesh, as a dump or an archive of one does.
  const quotes = !isDatabase && /^[\n\r\t -~]{16}/.test(file);
  return (!quotes && hasTables(file + log)) || hasBells(path) || file.startsWith(BARRIER)
    ? "broken"
    : "foreign";
}

/** Whether this process has it open, in which case it was recognised before. */
export function isHeld(path: string): boolean {
  return held.size > 0 && held.has(inodeOf(path));
}

function hasTables(bytes: string): boolean {
  return TABLES.every((table) => table.test(bytes));
}

function isMesh(bytes: string): boolean {
  return hasTables(bytes) && bytes.includes(OLDEST_READER);
}

/** Whether a database's one page names no table, and nothing says whose it is (sqlite.org/fileformat2.html). */
function isEmpty(file: string): boolean {
  const header = Buffer.from(file.slice(0, 108), "latin1");
  if (header.length < 108) return false;
  const pages = header.readUInt32BE(28);
  const userVersion = header.readUInt32BE(60);
  const applicationId = header.readUInt32BE(68);
  const tables = header.readUInt16BE(103);
  return pages <= 1 && userVersion === 0 && applicationId === 0 && tables === 0;
}

/** An empty database whose log holds the rest: nobody's until something was committed. */
function emptyWithLog(path: string): Found {
  try {
    const log = readFileSync(`${path}-wal`);
    if (isMesh(log.toString("latin1"))) return "mesh";
    return hasCommit(log) ? "foreign" : "blank";
  } catch {
    // Whoever closed the database last took it away.
    return "blank";
  }
}

/** Each frame of a log has a head of 24 bytes; of one that ends a transaction, the second number is not zero. */
function hasCommit(log: Buffer): boolean {
  if (log.length < 32) return false;
  const step = 24 + log.readUInt32BE(8);
  for (let frame = 32; frame + step <= log.length; frame += step)
    if (log.readUInt32BE(frame + 4) !== 0) return true;
  return false;
}

/** The folder that only a mesh makes: one file for each peer, named by its number. */
function hasBells(path: string): boolean {
  try {
    return readdirSync(`${path}.bells`).every((name) => /^\d+$/.test(name));
  } catch {
    return false;
  }
}

/** One character for each byte; undefined where there is no such file. */
function beginningOf(path: string): string | undefined {
  // What is no file must not be opened: a pipe would hold up who does.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    // Whoever closed the database last took its log away meanwhile.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.allocUnsafe(BEGINNING);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, BEGINNING, 0));
  } finally {
    closeSync(file);
  }
}
