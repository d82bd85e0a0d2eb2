import { join } from "node:path";

/** The repository's folder. */
export const REPOSITORY = join(import.meta.dirname, "..", "..");
export const SERVER = join(REPOSITORY, "servers", "mcp-server.mjs");

export type HookFile = "session-start" | "inbox-poll" | "session-end" | "wake" | "allow" | "mesh-command";
export const HOOKS: readonly HookFile[] = [
  "session-start",
  "inbox-poll",
  "session-end",
  "wake",
  "allow",
  "mesh-command",
];

export function hookPath(file: HookFile): string {
  return join(REPOSITORY, "hooks", `${file}.mjs`);
}

/** The command. */
export const CLI = join(REPOSITORY, "bin", "claude-mesh");
