/** What the mesh knows of projects: their folders, the names that are their own, and those that their peers bore. */
import { familyName, guestPlace } from "../../domain/peer.ts";
import { type JoinRequest, type KnownFolder, type Move, PROJECTS_SEEN } from "../../domain/store.ts";
import type { Database } from "./database.ts";
import { merge } from "./merge.ts";
import { text } from "./rows.ts";

/** A project's own name, and the one that it had till then. */
export interface OwnName {
  readonly name: string;
  readonly before: string | null;
}

/** Notes the project, with the name that is its own from now on: the first of its family that no other project has. */
export function noteProject(db: Database, request: JoinRequest): OwnName {
  const { projectPath: path, baseName, formerOwner = null } = request;
  if (formerOwner !== null)
    db.run("UPDATE projects SET own_name = NULL WHERE path = :formerOwner AND own_name = :baseName", {
      formerOwner,
      baseName,
    });
  const known = db.get(
    `SELECT own_name, base_name = :baseName AND EXISTS (SELECT 1 FROM projects WHERE own_name = :baseName) AS stays
     FROM projects WHERE path = :path`,
    { path, baseName },
  );
  const before = text(known?.["own_name"]);
  const name = before !== null && known?.["stays"] === 1 ? before : chooseOwnName(db, path, baseName);
  noteFolder(db, request, path, name, baseName);
  return { name, before };
}

/** Notes which folder is at a path, and the names of its project where a session is in it. */
export function noteFolder(
  db: Database,
  request: JoinRequest,
  path: string,
  ownName: string | null = null,
  baseName: string | null = null,
): void {
  const { folder = null, now } = request;
  db.run(
    `INSERT INTO projects (path, folder, own_name, base_name, seen_at)
     VALUES (:path, :folder, :ownName, :baseName, :now)
     ON CONFLICT (path) DO UPDATE SET folder = coalesce(excluded.folder, folder),
       own_name = coalesce(excluded.own_name, own_name), base_name = coalesce(excluded.base_name, base_name),
       seen_at = excluded.seen_at`,
    { path, folder, ownName, baseName, now },
  );
}

export function keepProject(db: Database, path: string, now: number): void {
  db.run("UPDATE projects SET seen_at = :now WHERE path = :path", { path, now });
}

function chooseOwnName(db: Database, path: string, baseName: string): string {
  for (let n = 1; ; n++) {
    const name = familyName(baseName, n);
    // The name itself is the project's though another's session chose it meanwhile; a number behind it is nobody's before it is taken.
    const taken = n === 1 ? undefined : liveElsewhere(db, name, path);
    if (ownerOf(db, name, path) === undefined && taken === undefined) return name;
  }
}

/** The other project whose own name it is. */
export function ownerOf(db: Database, name: string, path: string): string | undefined {
  const row = db.get("SELECT path FROM projects WHERE own_name = :name AND path <> :path", { name, path });
  return row && String(row["path"]);
}

function liveElsewhere(db: Database, name: string, path: string) {
  return db.get("SELECT 1 FROM peers WHERE name = :name AND host IS NOT NULL AND project_path <> :path", {
    name,
    path,
  });
}

export function findFolder(db: Database, folder: string | undefined, path: string, name = ""): KnownFolder {
  const rows = db.all(
    `SELECT path, folder, own_name, base_name FROM projects WHERE folder = :folder OR path = :path OR own_name = :name
     ORDER BY path = :path DESC, seen_at DESC`,
    { folder: folder ?? null, path, name },
  );
  const owner = rows.find((row) => row["own_name"] === name);
  return {
    knownPaths: rows.filter((row) => row["folder"] === folder).map((row) => String(row["path"])),
    folderThere: text(rows.find((row) => row["path"] === path)?.["folder"]) ?? undefined,
    owner: owner && { path: String(owner["path"]), baseName: String(owner["base_name"]) },
  };
}

export function projectPaths(db: Database): string[] {
  return db
    .all(`SELECT path FROM projects ORDER BY seen_at DESC LIMIT ${PROJECTS_SEEN}`)
    .map((row) => String(row["path"]));
}

/** All that the mesh has of folders under their former paths, under those that they have now. */
export function moveProjects(db: Database, moves: readonly Move[], now: number): void {
  // Another process of the session, which starts at the same time, may have done it since we looked.
  const open = moves.filter(({ folder, from }) => folderAt(db, from) === folder);
  // Each first makes room for the others: they may have changed places.
  const between = (folder: string) => `moving:${folder}`;
  for (const { folder, from } of open) relocate(db, from, between(folder), now);
  for (const { folder, to } of open) {
    // What stood there is not to be found any more: its mail is for the project that stands there now, and its name is free.
    db.run("DELETE FROM projects WHERE path = :to", { to });
    relocate(db, between(folder), to, now);
  }
}

function folderAt(db: Database, path: string): string | null {
  return text(db.get("SELECT folder FROM projects WHERE path = :path", { path })?.["folder"]);
}

/** Its own name moves with it. */
function relocate(db: Database, from: string, to: string, now: number): void {
  movePeers(db, from, to, now);
  for (const guest of ["terminal", "run"] as const)
    movePeers(db, guestPlace(guest, from), guestPlace(guest, to), now);
  const paths = { from, to };
  db.run("UPDATE OR IGNORE sessions SET project_path = :to WHERE project_path = :from", paths);
  db.run("UPDATE projects SET path = :to WHERE path = :from", paths);
}

function movePeers(db: Database, from: string, to: string, now: number): void {
  const paths = { from, to };
  const both = db.all(
    `SELECT old.id AS old, new.id AS new, old.host IS NULL AS sleeps FROM peers AS old JOIN peers AS new ON new.name = old.name
     WHERE old.project_path = :from AND new.project_path = :to`,
    paths,
  );
  for (const row of both) {
    const [from, to] = row["sleeps"] === 1 ? [row["old"], row["new"]] : [row["new"], row["old"]];
    merge(db, Number(from), Number(to), now);
  }
  db.run("UPDATE OR IGNORE peers SET project_path = :to WHERE project_path = :from", paths);
  db.run("UPDATE OR IGNORE former_names SET project_path = :to WHERE project_path = :from", paths);
}
