import type { SettingName } from "./settings.ts";

/** What each setting is for, as the README's table says it. Apart from the settings: no hook needs it. */
export const SETTINGS_ABOUT: Readonly<Record<SettingName, string>> = {
  MESH_DB_PATH: "the database file that all sessions share",
  MESH_MAX_BLOCK_SECONDS:
    "longest time that one `ask_peer` or `await_reply` blocks, in seconds; then it returns `pending`",
  MESH_AUTO_ALLOW:
    "`0`: the tools that only read, answer or name the session ask for permission like any other",
  MESH_NOTIFY:
    "`1`: a question that arrives makes the terminal notify and ring, beside the line on the screen",
  MESH_BELLS: "`0`: no hints between processes, only the slow poll",
  MESH_DRIVER: "the SQLite driver: `auto`, `better-sqlite3` or `node:sqlite`",
};
