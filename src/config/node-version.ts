/** The oldest Node with both drivers: better-sqlite3 13 crashes the process on anything below 22. */
const OLDEST_MAJOR = 22;

/** The one line to print where this Node is too old, else undefined. */
export function nodeProblem(version: string): string | undefined {
  if (Number(version.split(".")[0]) >= OLDEST_MAJOR) return undefined;
  return `claude-mesh needs Node ${OLDEST_MAJOR} or later, found ${version}. Put a newer node first on PATH and restart the session.`;
}
