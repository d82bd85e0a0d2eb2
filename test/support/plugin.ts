import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
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

export interface InstalledDriver {
  /** The package's folder. */
  readonly folder: string;
  /** The binary that this system loads. */
  readonly binary: string;
}

/** Gives a copy a better-sqlite3 of its own, to be broken; of the binaries only this system's. */
export function installDriver(root: string): InstalledDriver {
  const from = join(REPOSITORY, "node_modules", "better-sqlite3");
  const { getPrebuildPath } = createRequire(import.meta.url)(join(from, "lib", "binding.js")) as {
    getPrebuildPath(): string;
  };
  const folder = join(root, "node_modules", "better-sqlite3");
  const binary = join("prebuilds", basename(getPrebuildPath()));
  mkdirSync(join(folder, "prebuilds"), { recursive: true });
  for (const part of ["package.json", "lib", binary])
    cpSync(join(from, part), join(folder, part), { recursive: true });
  return { folder, binary: join(folder, binary) };
}

/** Gives a copy another version. */
export function setVersion(root: string, version: string): void {
  const manifest = join(root, ".claude-plugin", "plugin.json");
  const content = JSON.parse(readFileSync(manifest, "utf8")) as object;
  writeFileSync(manifest, JSON.stringify({ ...content, version }));
}
