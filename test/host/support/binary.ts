import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const hostFolder = dirname(dirname(fileURLToPath(import.meta.url)));

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

/** The version that stands in this folder's package.json under an alias: `npm:@anthropic-ai/claude-code@<version>`. */
function versionOf(alias: string): string {
  const path = join(hostFolder, "package.json");
  const version = /@(\d+\.\d+\.\d+)$/.exec(readManifest(path).dependencies?.[alias] ?? "")?.[1];
  if (version === undefined) throw new Error(`${path} names no exact version of ${alias}`);
  return version;
}

/** A version of the client, such as one of `versions`. */
export type Version = string;

/** The newest client that the tests drive, and the oldest: the one place that knows them is package.json. */
export const NEWEST: Version = versionOf("claude-code");
export const OLDEST: Version = versionOf("claude-code-old");

/** The newest client first. */
export const versions: readonly Version[] = [NEWEST, OLDEST];

/**
 * Path of the real client's executable. npm lifts the platform package of one client to the top and nests
 * the other's, so it is resolved from the client that depends on it, and its version is checked.
 */
export function clientBinary(version: Version): string {
  const alias = version === OLDEST ? "claude-code-old" : "claude-code";
  const client = join(hostFolder, "node_modules", alias, "package.json");
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}/package.json`;
  let manifest: string;
  try {
    manifest = createRequire(client).resolve(name);
  } catch {
    throw new Error(`claude ${version} is not installed: run "npm ci --ignore-scripts" in ${hostFolder}`);
  }
  const found = readManifest(manifest).version;
  if (found !== version) throw new Error(`${manifest} is version ${String(found)}, not ${version}`);
  return join(dirname(manifest), "claude");
}
