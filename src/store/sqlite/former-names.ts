/** The names that peers of a project bore and bear no more, for who still asks for them. */
import type { Peer } from "../../domain/peer.ts";
import type { Database } from "./database.ts";
import { nameIn } from "./rows.ts";

/** Notes that the peer no longer bears the name. */
export function noteFormerName(
  db: Database,
  name: string,
  { id, projectPath }: FormerHolder,
  now: number,
): void {
  db.run(
    "REPLACE INTO former_names (name, project_path, peer, seen_at) VALUES (:name, :projectPath, :id, :now)",
    { name, projectPath, id, now },
  );
}

type FormerHolder = Pick<Peer, "id" | "projectPath">;

/** The names that one peer bore lead to another, which took its mail over. */
export function inheritNames(db: Database, from: number, to: number): void {
  db.run("UPDATE former_names SET peer = :to WHERE peer = :from", { from, to });
}

/**
 * The name of who bore that name; where it is forgotten, that of a live session of its project, else of the last one. A name
 * that is a project's own is that project's, whoever else bore it.
 */
export function nameNow(db: Database, name: string): string | undefined {
  const row = db.get(
    `WITH places (place) AS (SELECT path FROM projects WHERE own_name = :name),
       borne (place, peer, seen_at) AS (SELECT project_path, peer, seen_at FROM former_names WHERE name = :name)
     SELECT peers.name FROM peers LEFT JOIN borne ON borne.place = project_path
     WHERE peers.name <> :name AND project_path IN
       (SELECT place FROM places UNION ALL SELECT place FROM borne WHERE NOT EXISTS (SELECT 1 FROM places))
     ORDER BY borne.seen_at DESC, peers.id IS NOT peer, host IS NULL, length(peers.name), last_seen_at DESC LIMIT 1`,
    { name },
  );
  return row && nameIn(row);
}
