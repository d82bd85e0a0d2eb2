import type { SettingsReport } from "../../config/settings-report.ts";
import { type Check, failure, ok } from "../../domain/checkup.ts";

export function settingChecks({ reported, dotEnv, settings }: SettingsReport): Check[] {
  const broken = dotEnv?.problem;
  const file =
    broken === undefined
      ? ok(".env", dotEnv?.path ?? "none")
      : failure(".env", `${dotEnv?.path}: ${broken}`, "Correct the file, or remove it.");
  const checks = reported.map(({ name, value, source, problem }) => {
    const where = source === ".env" ? (dotEnv?.path ?? source) : source;
    const shown =
      name === "MESH_DB_PATH" && value !== settings.dbPath ? `${value} = ${settings.dbPath}` : value;
    if (problem === undefined) return ok(name, `${shown} (${where})`);
    const place = source === "environment" ? `the environment variable ${name}` : `${name} in ${where}`;
    return failure(name, `${value} (${where}): ${problem}`, `Correct ${place}.`);
  });
  return [file, ...checks];
}
