/** The names that peers of a project bore and bear no more, for who still asks for them. */
import type { Peer } from "../../domain/peer.ts";
import type { Database } from "./database.ts";

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
