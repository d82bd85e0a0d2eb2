import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type Version = "2.1.330" | "2.1.197";

/** The newest client first. */
export const versions: readonly Version[] = ["2.1.330", "2.1.197"];

const aliases: Readonly<Record<Version, string>> = { "2.1.330": "claude-code", "2.1.197": "claude-code-old" };
const hostFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Path of the real client's executable. npm lifts the platform package of one client to the top and nests
 * the other's, so it is resolved from the client that depends on it, and its version is checked.
 */
export function clientBinary(version: Version): string {
  const client = join(hostFolder, "node_modules", aliases[version], "package.json");
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}/package.json`;
  let manifest: string;
  try {
    manifest = createRequire(client).resolve(name);
  } catch {
    throw new Error(`claude ${version} is not installed: run "npm ci --ignore-scripts" in ${hostFolder}`);
  }
  const found = (JSON.parse(readFileSync(manifest, "utf8")) as { version?: string }).version;
  if (found !== version) throw new Error(`${manifest} is version ${String(found)}, not ${version}`);
  return join(dirname(manifest), "claude");
}
