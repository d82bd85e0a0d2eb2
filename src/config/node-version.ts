/** The oldest Node with a driver: `node:sqlite` is there from 22.13 on; better-sqlite3 13 crashes the process on Node 20. */
const OLDEST = [22, 13] as const;

/** The one line to print where this Node is too old, else undefined. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `claude-mesh needs Node ${OLDEST.join(".")} or later, found ${version}. Put a newer node first on PATH and restart the session.`;
}
