import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { VERSION } from "../../src/config/version.ts";
import { REPOSITORY } from "../support/paths.ts";

/** What a figure depends on; nothing that names the machine. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(more: Readonly<Record<string, string>>): Machine {
  const driver = join(REPOSITORY, "node_modules", "better-sqlite3", "package.json");
  return {
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split(/[-+]/)[0]} ${arch()}`,
    versions: {
      "claude-mesh": VERSION,
      node: process.versions.node,
      "better-sqlite3": (JSON.parse(readFileSync(driver, "utf8")) as { version: string }).version,
      ...more,
    },
  };
}
