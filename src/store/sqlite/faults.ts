import { type DatabaseFault, MeshError } from "../../domain/errors.ts";

export function faulty(path: string, fault: DatabaseFault, problem: string): MeshError {
  return new MeshError({ kind: "no_database", path, fault, problem });
}

/**
 * SQLite's own messages (sqlite3_errstr), which both drivers hand on; their codes have two shapes. And the names that Node
 * puts before the system's messages.
 */
const FAULTS: readonly (readonly [RegExp, DatabaseFault])[] = [
  [/ locked/, "locked"],
  [/malformed|not a database/, "damaged"],
  [/ full$|ENOSPC|EDQUOT/, "full"],
  [/readonly|EACCES|EPERM|EROFS/, "no_access"],
  [/disk I\/O|unable to open|locking protocol/, "unusable"],
  // The drivers' own words: the file was exchanged, and a call that began with the old one goes on.
  [/ is not open|been finalized/, "exchanged"],
];

/** What a driver or the file system threw, in words. What says nothing of the disk comes back as it is. */
export function faultOf(path: string, error: unknown, otherwise?: DatabaseFault): unknown {
  if (error instanceof MeshError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  const fault = FAULTS.find(([message]) => message.test(problem))?.[1] ?? otherwise;
  return fault ? faulty(path, fault, problem) : error;
}

/** Runs a step of which all that can fail has to do with the file. */
export function guarded<T>(path: string, otherwise: DatabaseFault, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw faultOf(path, error, otherwise);
  }
}
