import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readBytes, readText } from "./text-file.ts";

export interface Bundle {
  /** Relative to the plugin's folder. */
  readonly path: string;
  readonly state: "whole" | "changed" | "missing";
}

/** A copy of the plugin, as it lies on the disk. */
export interface Installation {
  readonly root: string;
  /** As the manifest says; undefined where it cannot be read. */
  readonly version: string | undefined;
  /** Every bundle of the build and every file that the manifest starts; undefined where the list of sums cannot be read. */
  readonly bundles: readonly Bundle[] | undefined;
}

const manifestSchema = v.object({ name: v.literal("mesh"), version: v.string() });
const sumsSchema = v.record(v.string(), v.string());

/** Compares each bundle with the sum that the build wrote down for it in `servers/integrity.json`. */
export function readInstallation(root: string): Installation {
  const manifest = textOf(join(root, ".claude-plugin", "plugin.json"));
  const sums = parse(textOf(join(root, "servers", "integrity.json")), sumsSchema);
  const started = manifest?.matchAll(/\$\{CLAUDE_PLUGIN_ROOT\}\/([\w./-]+)/g) ?? [];
  const paths = new Set([...Object.keys(sums ?? {}), ...[...started].map((match) => match[1] ?? "")]);
  return {
    root,
    version: parse(manifest, manifestSchema)?.version,
    bundles:
      sums && [...paths].sort().map((path) => ({ path, state: bundleState(join(root, path), sums[path]) })),
  };
}

/** The version of the plugin that a file belongs to, where it belongs to one. */
export function versionAt(root: string): string | undefined {
  return parse(textOf(join(root, ".claude-plugin", "plugin.json")), manifestSchema)?.version;
}

function bundleState(path: string, sum: string | undefined): Bundle["state"] {
  if (!existsSync(path)) return "missing";
  try {
    const found = createHash("sha256").update(readBytes(path)).digest("hex");
    return found === sum ? "whole" : "changed";
  } catch {
    return "missing";
  }
}

function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}

function parse<Schema extends v.GenericSchema>(
  text: string | undefined,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(text ?? ""));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
