import { MeshError, type SetupProblem } from "../domain/errors.ts";
import { PATH_LIMIT } from "../domain/peer.ts";
import { cleanLine } from "./clean.ts";

/**
 * What keeps the mesh from working and how to mend it, for the model or the person who reads it.
 * @param remedy for the database; the doctor says what it is where there is no room to say it
 */
export function setupText(refusal: SetupProblem, remedy = "run claude-mesh doctor"): string {
  const path = cleanLine(refusal.path, PATH_LIMIT);
  switch (refusal.kind) {
    case "bad_config":
      return `claude-mesh: ${place(path, refusal.line)}: ${cleanLine(refusal.problem, 300)}. Correct it and try again.`;
    case "no_database":
      return `claude-mesh cannot use its database ${path}: ${cleanLine(refusal.problem, 300)}. To mend it, ${remedy}, or set MESH_DB_PATH to another file.`;
    case "newer_schema":
      return (
        `claude-mesh: the database ${path} has schema ${refusal.found}, this version knows up to ${refusal.known}. ` +
        "Update the plugin and restart the session, or set MESH_DB_PATH to another file."
      );
  }
}

function place(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}, line ${line}`;
}

/** One line for stderr where only the set-up can be at fault. */
export function setupErrorText(error: unknown): string {
  if (!(error instanceof MeshError))
    return cleanLine(`claude-mesh failed: ${error instanceof Error ? error.message : error}`, 500);
  const { refusal } = error;
  const known =
    refusal.kind === "bad_config" || refusal.kind === "no_database" || refusal.kind === "newer_schema";
  return known ? setupText(refusal) : `claude-mesh: ${refusal.kind}`;
}

/** A warning, not a refusal: it may work for long. */
export function networkText(path: string, fileSystem: string): string {
  return (
    `the database ${path} lies on a network file system (${fileSystem}), whose locks may fail: questions may be lost or the ` +
    "file damaged. Set MESH_DB_PATH to a file on a local disk."
  );
}
