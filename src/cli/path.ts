import { readSettings } from "../config/settings.ts";
import { type Command, EXIT, JSON_OPTION } from "./command.ts";

export const path: Command = {
  name: "path",
  usage: "path",
  summary: "where the database is",
  args: { min: 0, max: 0 },
  options: { json: JSON_OPTION },
  async run({ options, screen, env }) {
    const { dbPath, sources } = readSettings(env, import.meta.dirname);
    if (options.has("json")) await screen.printJson({ path: dbPath, source: sources.MESH_DB_PATH });
    else await screen.print(dbPath);
    return EXIT.done;
  },
};
