import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import {
  databasePath,
  type FoundDotEnv,
  findDotEnv,
  givenSetting,
  readDotEnv,
  readSettings,
  SETTINGS,
  type SettingName,
  type SettingSource,
  type Settings,
} from "./settings.ts";

export interface ReportedSetting {
  readonly name: string;
  readonly value: string;
  readonly source: SettingSource;
  /** Why the value cannot be understood; then the default counts in this report. */
  readonly problem: string | undefined;
}

export interface SettingsReport {
  readonly settings: Settings;
  readonly reported: readonly ReportedSetting[];
  /** The `.env` that was found, and why it cannot be read. */
  readonly dotEnv: { readonly path: string; readonly problem: string | undefined } | undefined;
  readonly passedOver: FoundDotEnv["passedOver"];
}

/** Every setting with where it came from, where `readSettings` would stop at the first that is broken. */
export function reportSettings(env: NodeJS.ProcessEnv, startFolder: string): SettingsReport {
  const { path, passedOver } = findDotEnv(startFolder);
  const { values, problem } =
    path === undefined ? { values: {} as NodeJS.Dict<string>, problem: undefined } : tryDotEnv(path);
  const reported = Object.keys(SETTINGS).map((name) => reportSetting(name as SettingName, env, values, path));
  const mended = Object.fromEntries(
    reported
      .filter((setting) => setting.problem !== undefined)
      .map(({ name }) => [name, String(SETTINGS[name as SettingName].default)]),
  );
  const everything =
    problem === undefined ? {} : Object.fromEntries(reported.map((one) => [one.name, one.value]));
  const folder = problem === undefined ? startFolder : "/";
  return {
    settings: readSettings({ ...env, ...everything, ...mended }, folder),
    reported,
    dotEnv: path === undefined ? undefined : { path, problem },
    passedOver,
  };
}

function reportSetting(
  name: SettingName,
  env: NodeJS.ProcessEnv,
  values: NodeJS.Dict<string>,
  dotEnv: string | undefined,
): ReportedSetting {
  const { text, source } = givenSetting(name, env, values);
  const value = text ?? String(SETTINGS[name].default);
  const issue = v.safeParse(SETTINGS[name], text).issues?.[0].message;
  const path =
    name === "MESH_DB_PATH" ? databasePath(value, source === ".env" ? dotEnv : undefined) : undefined;
  return { name, value, source, problem: path !== undefined && "problem" in path ? path.problem : issue };
}

function tryDotEnv(path: string): { values: NodeJS.Dict<string>; problem: string | undefined } {
  try {
    return { values: readDotEnv(path), problem: undefined };
  } catch (error) {
    const refusal =
      error instanceof MeshError && error.refusal.kind === "bad_config" ? error.refusal : undefined;
    return { values: {}, problem: refusal?.problem ?? String(error) };
  }
}
