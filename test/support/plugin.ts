import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "./folder.ts";
import { REPOSITORY } from "./paths.ts";

/** A copy of the plugin as an install makes it, to be broken; without what `npm ci` brings where that failed. */
export function copyPlugin({ installed = true } = {}): string {
  const root = tempFolder();
  for (const part of [".claude-plugin", "bin", "hooks", "servers", "package.json"])
    cpSync(join(REPOSITORY, part), join(root, part), { recursive: true });
  if (installed) symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  return root;
}

/** Gives a copy another version. */
export function setVersion(root: string, version: string): void {
  const manifest = join(root, ".claude-plugin", "plugin.json");
  const content = JSON.parse(readFileSync(manifest, "utf8")) as object;
  writeFileSync(manifest, JSON.stringify({ ...content, version }));
}
