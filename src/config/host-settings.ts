import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

/** What the doctor wants to know of the client's settings files, and which of them says it. */
export interface HostSettings {
  readonly hooksOff: string | undefined;
  readonly pluginOff: string | undefined;
  readonly inbound: { readonly policy: string; readonly path: string } | undefined;
  /** Files that are there and cannot be understood. */
  readonly broken: readonly string[];
}

const schema = v.object({
  disableAllHooks: v.optional(v.boolean()),
  crossSessionInbound: v.optional(v.string()),
  enabledPlugins: v.optional(v.record(v.string(), v.unknown())),
});

export function readHostSettings(hostFolder: string, projectPath: string): HostSettings {
  const files = [
    join(hostFolder, "settings.json"),
    join(projectPath, ".claude", "settings.json"),
    join(projectPath, ".claude", "settings.local.json"),
    "/etc/claude-code/managed-settings.json",
  ].map((path) => ({ path, settings: read(path) }));
  const known = files.flatMap(({ path, settings }) =>
    typeof settings === "object" ? [{ path, settings }] : [],
  );
  const strict = known.filter(({ settings }) => /^(hold|refuse)$/.test(settings.crossSessionInbound ?? ""));
  const strictest = strict.find(({ settings }) => settings.crossSessionInbound === "refuse") ?? strict[0];
  // What a nearer file says of a plugin goes before.
  const plugin = known.findLast(({ settings }) => ours(settings.enabledPlugins) !== undefined);
  return {
    hooksOff: known.find(({ settings }) => settings.disableAllHooks === true)?.path,
    pluginOff: plugin && ours(plugin.settings.enabledPlugins) === false ? plugin.path : undefined,
    inbound: strictest && { policy: strictest.settings.crossSessionInbound ?? "", path: strictest.path },
    broken: files.filter(({ settings }) => settings === "broken").map(({ path }) => path),
  };
}

function ours(plugins: Record<string, unknown> | undefined): unknown {
  return Object.entries(plugins ?? {}).find(([name]) => name.split("@")[0] === "claude-mesh")?.[1];
}

function read(path: string): v.InferOutput<typeof schema> | "broken" | undefined {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    const result = v.safeParse(schema, JSON.parse(source));
    return result.success ? result.output : "broken";
  } catch {
    return "broken";
  }
}
