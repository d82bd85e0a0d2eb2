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

/** The name of who bore that name; where it is forgotten, that of a live session of its project, else of the last one. */
export function nameNow(db: Database, name: string): string | undefined {
  const row = db.get(
    `SELECT peers.name FROM former_names JOIN peers ON peers.project_path = former_names.project_path
     WHERE former_names.name = :name AND peers.name <> :name
     ORDER BY former_names.seen_at DESC, peers.id <> peer, host IS NULL, length(peers.name), last_seen_at DESC LIMIT 1`,
    { name },
  );
  return row && nameIn(row);
}
