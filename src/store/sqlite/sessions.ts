import type { Peer } from "../../domain/peer.ts";
import type { JoinRequest } from "../../domain/store.ts";
import type { Database } from "./database.ts";

/**
 * The name that the session bore when it was last here, if that is free; none in a process that has run a session before:
 * there the name stays with the process.
 */
export function formerName(db: Database, { sessionId, projectPath, host }: JoinRequest): string | undefined {
  const row = db.get(
    `SELECT name FROM sessions WHERE session_id = :session AND project_path = :project
       AND NOT EXISTS (SELECT 1 FROM peers WHERE peers.name = sessions.name AND host IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM projects WHERE own_name = sessions.name AND path <> :project)
       AND NOT EXISTS (SELECT 1 FROM sessions WHERE host = :host)`,
    { session: sessionId ?? null, project: projectPath, host },
  );
  return row && String(row["name"]);
}

/** Remembers the name for the session that the peer's process runs now, if a hook told which. */
export function noteSession(db: Database, { id }: Peer, { sessionIsCurrent, now }: JoinRequest): void {
  db.run(
    `INSERT INTO sessions SELECT session_id, project_path, name, host, :now FROM peers
       WHERE id = :id AND session_id IS NOT NULL
         AND (:current OR EXISTS (SELECT 1 FROM sessions WHERE sessions.host = peers.host))
     ON CONFLICT DO UPDATE SET name = excluded.name, host = excluded.host, seen_at = excluded.seen_at`,
    { id, current: sessionIsCurrent ? 1 : 0, now },
  );
}
