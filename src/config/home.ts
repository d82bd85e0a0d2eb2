import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import { MeshError } from "../domain/errors.ts";

/** The user's home folder; a `bad_config` error where `HOME` is empty or relative, or the user has none. */
export function home(): string {
  const path = homeOrNothing();
  if (isAbsolute(path)) return path;
  throw new MeshError({
    kind: "bad_config",
    path: "environment variable HOME",
    line: undefined,
    problem: "it names no folder, so ~ leads nowhere; set it, or MESH_DB_PATH to an absolute path",
  });
}

/** Empty where there is none. */
export function homeOrNothing(): string {
  try {
    return homedir();
  } catch {
    // A user id without an entry in the system's list of users.
    return "";
  }
}
