import { readFileSync, statSync } from "node:fs";

/** What a process does to the database that no other may do at that moment. */
export type Holding = "write" | "checkpoint" | "recovery";

/** Bytes of the shared-memory file that SQLite locks in WAL mode (WALINDEX_LOCK_OFFSET and on, in its wal.c). */
const LOCKED_BYTES: Readonly<Record<string, Holding>> = { 120: "write", 121: "checkpoint", 122: "recovery" };

/**
 * The processes that hold such a lock now, as the kernel tells: `/proc/locks`, so on Linux only. A process that is
 * stopped and stands here is in the middle of a transaction.
 */
export function lockHolders(dbPath: string): Map<number, Holding> {
  const holders = new Map<number, Holding>();
  try {
    const { ino } = statSync(`${dbPath}-shm`);
    // 1: POSIX  ADVISORY  WRITE 4711 fe:00:2146690 120 120
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const [, , , access, pid, file, first, last] = line.split(/\s+/);
      if (access !== "WRITE" || !file?.endsWith(`:${ino}`)) continue;
      const from = Number(first);
      const byte = Object.keys(LOCKED_BYTES).find(
        (key) => from <= Number(key) && Number(key) <= Number(last),
      );
      const holding = byte === undefined ? undefined : LOCKED_BYTES[byte];
      if (holding !== undefined && !holders.has(Number(pid))) holders.set(Number(pid), holding);
    }
  } catch {
    // No shared memory yet, or a system without this file: nothing is seen, and nothing claimed.
  }
  return holders;
}

/** Whether the process has come to its stop, or has ended. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return "TtZX".includes(stat[stat.lastIndexOf(")") + 2] ?? "");
  } catch {
    return true;
  }
}
