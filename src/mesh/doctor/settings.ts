import type { SettingsReport } from "../../config/settings-report.ts";
import { type Check, failure, ok, warning } from "../../domain/checkup.ts";

export function settingChecks({ reported, dotEnv, passedOver, settings }: SettingsReport): Check[] {
  const broken = dotEnv?.problem;
  const file =
    broken === undefined
      ? ok(".env", dotEnv?.path ?? "none")
      : failure(".env", `${dotEnv?.path}: ${broken}`, "Correct the file, or remove it.");
  const ignored = passedOver.map(({ path, why }) =>
    why === "owner"
      ? warning(
          ".env",
          `${path} is passed over: it is another user's`,
          "Remove it, or `chown` it if it is yours.",
        )
      : warning(
          ".env",
          `${path} is passed over: others can write to it`,
          `Run \`chmod go-w ${path}\` if it is yours, or remove it.`,
        ),
  );
  const checks = reported.map(({ name, value, source, problem }) => {
    const where = source === ".env" ? (dotEnv?.path ?? source) : source;
    const shown =
      name === "MESH_DB_PATH" && value !== settings.dbPath ? `${value} = ${settings.dbPath}` : value;
    if (problem === undefined) return ok(name, `${shown} (${where})`);
    const place = source === "environment" ? `the environment variable ${name}` : `${name} in ${where}`;
    return failure(name, `${value} (${where}): ${problem}`, `Correct ${place}.`);
  });
  return [file, ...ignored, ...checks];
}
