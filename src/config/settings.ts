import { lstatSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import * as util from "node:util";
import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import { strangers } from "../domain/private.ts";
import { homeOrNothing } from "./home.ts";
import { badSetting, pathSetting } from "./path-setting.ts";
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
  const file = findDotEnv(startFolder).path;
  const fromFile = file === undefined ? {} : readDotEnv(file);
  const sources = {} as Record<SettingName, SettingSource>;

  const refuse = (name: SettingName, given: string | undefined, why: string): never => {
    throw badSetting(name, given, why, sources[name] === ".env" ? file : undefined);
  };
  const read = <Name extends SettingName>(name: Name): v.InferOutput<(typeof SETTINGS)[Name]> => {
    const { text, source } = givenSetting(name, env, fromFile);
    sources[name] = source;
    const result = v.safeParse(SETTINGS[name], text);
    if (result.success) return result.output as v.InferOutput<(typeof SETTINGS)[Name]>;
    return refuse(name, text, result.issues[0].message);
  };

  const given = read("MESH_DB_PATH");
  const db = databasePath(given, sources.MESH_DB_PATH === ".env" ? file : undefined);
  return {
    dbPath: "path" in db ? db.path : refuse("MESH_DB_PATH", given, db.problem),
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

/** A setting as it is written, and where. White space around it is no part of it: some editors leave a `\r`. */
export function givenSetting(
  name: SettingName,
  env: NodeJS.Dict<string>,
  fromFile: NodeJS.Dict<string>,
): { readonly text: string | undefined; readonly source: SettingSource } {
  // An empty variable is how a user switches one off for a single run.
  const fromEnvironment = env[name]?.trim();
  if (fromEnvironment) return { text: fromEnvironment, source: "environment" };
  const text = fromFile[name]?.trim() || undefined;
  return { text, source: text === undefined ? "default" : ".env" };
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

export interface FoundDotEnv {
  readonly path: string | undefined;
  /** Nearer ones that are not this user's alone to write: whoever wrote them could lead the mesh to a file of theirs. */
  readonly passedOver: readonly { readonly path: string; readonly why: "owner" | "writers" }[];
}

/** The nearest `.env` at or above a folder that belongs to this user and that nobody else may write. */
export function findDotEnv(startFolder: string): FoundDotEnv {
  const passedOver: { path: string; why: "owner" | "writers" }[] = [];
  for (let folder = startFolder; ; folder = dirname(folder)) {
    const path = join(folder, ".env");
    const why = dotEnvProblem(path);
    if (why === undefined) return { path, passedOver };
    if (why !== "none") passedOver.push({ path, why });
    if (dirname(folder) === folder) return { path: undefined, passedOver };
  }
}

function dotEnvProblem(path: string): "none" | "owner" | "writers" | undefined {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return "none";
    const me = process.getuid?.();
    // Who made a link decides what it leads to; its mode says nothing.
    const linked = entry.isSymbolicLink() ? strangers({ uid: entry.uid, mode: 0 }, me) : undefined;
    const file = statSync(path);
    // A folder of that name is somebody's Python.
    return file.isFile() ? (linked ?? strangers(file, me)) : "none";
  } catch {
    // A link that leads nowhere, or through a folder that is closed to us.
    return "none";
  }
}

/** @param dotEnv the `.env` that gives it */
export function databasePath(text: string, dotEnv: string | undefined): ReturnType<typeof pathSetting> {
  return pathSetting(text, SETTINGS.MESH_DB_PATH.default, dotEnv);
}
