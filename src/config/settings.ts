import { statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import * as util from "node:util";
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import { home, homeOrNothing } from "./home.ts";
import { readText } from "./text-file.ts";

/** Everything that a user can set, with its default. What each is for stands in settings-about.ts. */
export const SETTINGS = {
  MESH_DB_PATH: v.optional(v.string(), "~/.claude-mesh/mesh.db"),
  MESH_MAX_BLOCK_SECONDS: v.optional(number(1, 3600), "3600"),
  MESH_AUTO_ALLOW: v.optional(flag(), "1"),
  MESH_NOTIFY: v.optional(flag(), "0"),
  MESH_BELLS: v.optional(flag(), "1"),
  MESH_DRIVER: v.optional(
    v.picklist(["auto", "better-sqlite3", "node:sqlite"], "expected auto, better-sqlite3 or node:sqlite"),
    "auto",
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingSource = "environment" | ".env" | "default";

export interface Settings {
  readonly dbPath: string;
  /** Milliseconds. */
  readonly maxBlock: number;
  readonly autoAllow: boolean;
  /** How the terminal is made to notify its person; undefined where it is not to be. */
  readonly notify: "osc 9" | "osc 777" | undefined;
  readonly bells: boolean;
  readonly driver: "auto" | "better-sqlite3" | "node:sqlite";
  /** When the client moves a tool call to the background (milliseconds); its own setting. */
  readonly backgroundAfter: number;
  /** The host's own folder of settings and sessions. */
  readonly hostFolder: string;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
}

/**
 * Reads each setting from the environment, else from the nearest `.env` at or above `startFolder`, else its default.
 * A setting that cannot be understood is a `bad_config` error with the place it came from.
 */
export function readSettings(env: NodeJS.ProcessEnv, startFolder: string): Settings {
  const file = nearestDotEnv(startFolder);
  const fromFile = file === undefined ? {} : readDotEnv(file);
  const sources = {} as Record<SettingName, SettingSource>;

  const read = <Name extends SettingName>(name: Name): v.InferOutput<(typeof SETTINGS)[Name]> => {
    // An empty variable is how a user switches one off for a single run.
    const given = env[name] || fromFile[name] || undefined;
    sources[name] = env[name] ? "environment" : fromFile[name] ? ".env" : "default";
    const result = v.safeParse(SETTINGS[name], given);
    if (result.success) return result.output as v.InferOutput<(typeof SETTINGS)[Name]>;
    const path = sources[name] === ".env" && file !== undefined ? file : `environment variable ${name}`;
    const problem = `${name}=${given}: ${result.issues[0].message}`;
    throw new MeshError({ kind: "bad_config", path, line: undefined, problem });
  };

  const dbPath = read("MESH_DB_PATH");
  const base = sources.MESH_DB_PATH === ".env" && file !== undefined ? dirname(file) : process.cwd();
  return {
    dbPath: expandPath(dbPath, base),
    maxBlock: read("MESH_MAX_BLOCK_SECONDS") * 1000,
    autoAllow: read("MESH_AUTO_ALLOW"),
    notify: !read("MESH_NOTIFY") ? undefined : env["TERM"]?.startsWith("rxvt") ? "osc 777" : "osc 9",
    bells: read("MESH_BELLS"),
    driver: read("MESH_DRIVER"),
    backgroundAfter: Number(env["CLAUDE_CODE_MCP_AUTO_BACKGROUND_MS"]) || 120_000,
    hostFolder: env["CLAUDE_CONFIG_DIR"] || join(homeOrNothing(), ".claude"),
    sources,
  };
}

function number(min: number, max: number) {
  const message = `expected a number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.transform(Number),
    v.check((value) => value >= min && value <= max, message),
  );
}

function flag() {
  return v.pipe(
    v.picklist(["0", "1", "false", "true"], "expected 1 or 0"),
    v.transform((text) => text === "1" || text === "true"),
  );
}

export function readDotEnv(path: string): NodeJS.Dict<string> {
  try {
    return util.parseEnv(readText(path));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new MeshError({ kind: "bad_config", path, line: undefined, problem });
  }
}

export function nearestDotEnv(startFolder: string): string | undefined {
  for (let folder = startFolder; ; folder = dirname(folder)) {
    const path = join(folder, ".env");
    // A folder of that name is somebody's Python.
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

function expandPath(path: string, base: string): string {
  if (path === "~" || path.startsWith("~/")) return join(home(), path.slice(1));
  return isAbsolute(path) ? path : resolve(base, path);
}
