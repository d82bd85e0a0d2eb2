import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BYPASS, type ProcessKey } from "../domain/peer.ts";
import { type Inbound, inboundOf, lastOption, readSettingsFiles } from "./host-settings.ts";
import { pidOf } from "./process.ts";
import { readText } from "./text-file.ts";

/**
 * Whether a program drives the session, which then ends by itself (`claude -p`, the Agent SDK, a job of CI): it asks, and
 * takes nobody's name and mail. A session in the background (`--bg`) is none: a person attaches to it.
 */
export function isRun(env: NodeJS.ProcessEnv): boolean {
  return /^(?:sdk|claude-code-github-action)/.test(env["CLAUDE_CODE_ENTRYPOINT"] ?? "");
}

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
  try {
    const text = readText(join(hostFolder, "sessions", `${pidOf(host)}.json`));
    const { status, statusUpdatedAt } = v.parse(statusFile, JSON.parse(text));
    return { status, since: statusUpdatedAt };
  } catch {
    // Missing, half written, or another version's.
    return undefined;
  }
}

export interface HostPolicy {
  /** Whether the user and their organization let other sessions' messages in. */
  readonly inbound: Inbound;
  /** The permission mode that sessions start in, where a settings file or the command line says so. */
  readonly startMode: string | undefined;
}

/**
 * The rules for a session, from every settings file that its client reads.
 * @param clientFolder where the client runs, which need not be the session's project in the mesh
 * @param managed where managed settings lie
 */
export function hostPolicy(
  hostFolder: string,
  clientFolder: string,
  host: ProcessKey,
  managed?: readonly string[],
): HostPolicy {
  const words = commandLine(pidOf(host));
  const { read } = readSettingsFiles({ hostFolder, clientFolder, words, ...(managed && { managed }) });
  const modes = read.flatMap(({ settings }) => settings.permissions?.defaultMode ?? []);
  return { inbound: inboundOf(read)?.policy ?? "accept", startMode: modeOf(words) ?? modes.at(-1) };
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
