import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BYPASS, type ProcessKey } from "../domain/peer.ts";
import { pidOf } from "./process.ts";
import { readText } from "./text-file.ts";

/** What the client says of itself: `waiting` is a turn that stands at a permission question. */
export type HostStatus = "idle" | "busy" | "waiting";

/** The client's word, and since when it stands where the file says so (milliseconds since the epoch). */
export interface HostWord {
  readonly status: HostStatus;
  readonly since?: number | undefined;
}

/** `shell`: no turn runs, only a command that the last one left in the background. */
const statusFile = v.object({
  status: v.pipe(
    v.picklist(["idle", "busy", "waiting", "shell"]),
    v.transform((status): HostStatus => (status === "shell" ? "idle" : status)),
  ),
  statusUpdatedAt: v.fallback(v.optional(v.number()), undefined),
});

/**
 * The client's own word, from the file that it keeps for each session (undocumented; seen in 2.1.197 and 2.1.330).
 * It knows of turns that ended by Esc, of which no hook tells. Undefined where there is no such file.
 */
export function hostStatus(hostFolder: string, host: ProcessKey): HostWord | undefined {
  const file = parseFile(join(hostFolder, "sessions", `${pidOf(host)}.json`), statusFile);
  return file && { status: file.status, since: file.statusUpdatedAt };
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
  const words = commandLine(pidOf(host));
  const given = lastOption(words, "--settings");
  const settings = [
    ...files.map((file) => parseFile(file, settingsFile)),
    given && parseSettings(given),
  ].filter((file) => file !== undefined && file !== "");
  const inbound = settings.map((file) => file?.crossSessionInbound);
  return {
    // The strictest word counts: where files disagree, the host lets nobody loosen another's rule.
    inbound: inbound.includes("refuse") ? "refuse" : inbound.includes("hold") ? "hold" : "accept",
    startMode:
      modeOf(words) ?? settings.findLast((file) => file?.permissions?.defaultMode)?.permissions?.defaultMode,
  };
}

function modeOf(words: readonly string[]): string | undefined {
  return words.includes("--dangerously-skip-permissions") ? BYPASS : lastOption(words, "--permission-mode");
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** `--name value` or `--name=value`; the last one counts. */
function lastOption(words: readonly string[], name: string): string | undefined {
  const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  return words[at] === name ? words[at + 1] : words[at]?.slice(name.length + 1);
}

/** `--settings` takes a file or the JSON itself. */
function parseSettings(given: string): v.InferOutput<typeof settingsFile> | undefined {
  return given.trimStart().startsWith("{") ? parseJson(given, settingsFile) : parseFile(given, settingsFile);
}

/** A file of the host's that is missing or of another shape says nothing. */
function parseFile<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  try {
    return parseJson(readText(path), schema);
  } catch {
    return undefined;
  }
}

function parseJson<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
