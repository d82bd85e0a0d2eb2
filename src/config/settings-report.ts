import * as v from "valibot";
import { MeshError } from "../domain/errors.ts";
import {
  nearestDotEnv,
  readDotEnv,
  readSettings,
  SETTINGS,
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
}

/** Every setting with where it came from, where `readSettings` would stop at the first that is broken. */
export function reportSettings(env: NodeJS.ProcessEnv, startFolder: string): SettingsReport {
  const path = nearestDotEnv(startFolder);
  const { values, problem } =
    path === undefined ? { values: {} as NodeJS.Dict<string>, problem: undefined } : tryDotEnv(path);
  const reported = Object.entries(SETTINGS).map(([name, schema]): ReportedSetting => {
    const given = env[name] || values[name] || undefined;
    const source = env[name] ? "environment" : values[name] ? ".env" : "default";
    const result = v.safeParse(schema, given);
    return {
      name,
      value: given ?? String(schema.default),
      source,
      problem: result.issues?.[0].message,
    };
  });
  const mended = Object.fromEntries(
    reported
      .filter((setting) => setting.problem !== undefined)
      .map(({ name }) => [name, String(SETTINGS[name as keyof typeof SETTINGS].default)]),
  );
  const everything =
    problem === undefined ? {} : Object.fromEntries(reported.map((one) => [one.name, one.value]));
  const folder = problem === undefined ? startFolder : "/";
  return {
    settings: readSettings({ ...env, ...everything, ...mended }, folder),
    reported,
    dotEnv: path === undefined ? undefined : { path, problem },
  };
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
