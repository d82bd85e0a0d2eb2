import { openDatabase } from "../../src/store/sqlite/open.ts";
import { text } from "../../src/store/sqlite/rows.ts";
import type { Paths } from "./project.ts";

/** Whose things are, as the file says at the moment. */
export interface Owners {
  /** The project whose peer the question was asked of. */
  recipientOf(question: string): string;
  /** The project whose own name it is. */
  ownerOf(name: string): string | undefined;
  /** The project whose live session is called so. */
  bearerOf(name: string): string | undefined;
  close(): void;
}

export function watchOwners(dbPath: string, paths: Paths): Owners {
  let opened: ReturnType<typeof openDatabase>["db"] | undefined;
  const db = () => {
    opened ??= openDatabase({ path: dbPath, driver: "auto", busyTimeout: 5_000 }).db;
    return opened;
  };
  return {
    recipientOf(question) {
      const sql =
        "SELECT project_path FROM peers JOIN questions ON recipient = peers.id WHERE questions.id = :id";
      return projectAt(paths, text(db().get(sql, { id: Number(question.slice(1)) })?.["project_path"]));
    },
    ownerOf(name) {
      const row = db().get("SELECT path FROM projects WHERE own_name = :name", { name });
      return row && projectAt(paths, text(row["path"]));
    },
    bearerOf(name) {
      const row = db().get("SELECT project_path FROM peers WHERE name = :name AND host IS NOT NULL", {
        name,
      });
      return row && projectAt(paths, text(row["project_path"]));
    },
    close: () => opened?.close(),
  };
}

export function projectAt(paths: Paths, path: string | null): string {
  return paths.get(path ?? "") ?? `nobody's folder ${path}`;
}
