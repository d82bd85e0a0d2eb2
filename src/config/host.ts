import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ProcessKey } from "../domain/peer.ts";
import { pidOf } from "./process.ts";

/** What the client says of itself: `waiting` is a turn that stands at a permission question. */
export type HostStatus = "idle" | "busy" | "waiting";

const statusFile = v.object({ status: v.picklist(["idle", "busy", "waiting"]) });

/**
 * The client's own word, from the file that it keeps for each session (undocumented; seen in 2.1.197 and 2.1.330).
 * It knows of turns that ended by Esc, of which no hook tells. Undefined where there is no such file.
 */
export function hostStatus(hostFolder: string, host: ProcessKey): HostStatus | undefined {
  return parseFile(join(hostFolder, "sessions", `${pidOf(host)}.json`), statusFile)?.status;
}

const settingsFile = v.object({
  crossSessionInbound: v.optional(v.string()),
  permissions: v.optional(v.object({ defaultMode: v.optional(v.string()) })),
});

export interface HostPolicy {
  /** Whether the user lets other sessions' messages in: `accept` unless a settings file says `hold` or `refuse`. */
  readonly inbound: "accept" | "hold" | "refuse";
  /** The permission mode that sessions start in, where a settings file or the command line says so. */
  readonly startMode: string | undefined;
}

/** The user's own rules, from the settings files of the user and the project and from the client's command line. */
export function hostPolicy(hostFolder: string, projectPath: string, host: ProcessKey): HostPolicy {
  const files = [
    join(hostFolder, "settings.json"),
    join(projectPath, ".claude", "settings.json"),
    join(projectPath, ".claude", "settings.local.json"),
    "/etc/claude-code/managed-settings.json",
  ];
  const settings = files.map((file) => parseFile(file, settingsFile));
  const inbound = settings.map((file) => file?.crossSessionInbound);
  return {
    // The strictest word counts: where files disagree, the host lets nobody loosen another's rule.
    inbound: inbound.includes("refuse") ? "refuse" : inbound.includes("hold") ? "hold" : "accept",
    startMode:
      modeOfCommandLine(pidOf(host)) ??
      settings.findLast((file) => file?.permissions?.defaultMode)?.permissions?.defaultMode,
  };
}

function modeOfCommandLine(pid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (words.includes("--dangerously-skip-permissions")) return "bypassPermissions";
    // The last one counts.
    const mode = /^.*\0--permission-mode(?:=|\0)([^\0]+)/s.exec(words.join("\0"));
    return mode?.[1];
  } catch {
    return undefined;
  }
}

/** A file of the host's that is missing or of another shape says nothing. */
function parseFile<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(readFileSync(path, "utf8")));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
