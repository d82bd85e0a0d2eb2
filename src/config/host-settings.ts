import { readdirSync } from "node:fs";
import { release } from "node:os";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { repositoryOf } from "./branch.ts";
import { readText } from "./text-file.ts";

/**
 * Who wrote a settings file of the client's. The command line is that of one session; managed settings are an
 * organization's, for the whole machine.
 */
export type SettingsTier = "user" | "project" | "local" | "command line" | "managed";

/** What one of the client's settings files says, as far as the mesh wants to know. */
export interface SettingsFile {
  readonly tier: SettingsTier;
  /** For the command line, which may hold the settings themselves, `--settings`. */
  readonly path: string;
  readonly settings: v.InferOutput<typeof schema>;
}

export interface SettingsFiles {
  /** From the weakest to the strongest, where they set the same thing. */
  readonly read: readonly SettingsFile[];
  /** Files that are there and cannot be understood. */
  readonly broken: readonly string[];
}

export interface SettingsFilesOptions {
  /** The client's own folder. */
  readonly hostFolder: string;
  /** Where the client runs, which need not be the session's project in the mesh. */
  readonly clientFolder: string;
  /** The words that a session's client was started with; none where they are not known, or where no session is meant. */
  readonly words?: readonly string[];
  /** Where managed settings lie; tests have places of their own. */
  readonly managed?: readonly string[];
}

const schema = v.object({
  disableAllHooks: v.optional(v.unknown()),
  crossSessionInbound: v.optional(v.unknown()),
  enabledPlugins: v.fallback(v.optional(v.record(v.string(), v.unknown())), undefined),
  permissions: v.fallback(v.optional(v.object({ defaultMode: v.optional(v.string()) })), undefined),
});

/**
 * Every settings file that the client reads for a session in a folder, as read in the code of 2.1.330. Not to be had as
 * files, and so not here: Windows' registry, the preferences that macOS gets by device management, and what a policy helper
 * prints.
 */
export function readSettingsFiles({
  hostFolder,
  clientFolder,
  words = [],
  managed = managedFolders(),
}: SettingsFilesOptions): SettingsFiles {
  const at = (tier: SettingsTier, path: string) => ({ tier, path, text: textOf(path) });
  const inClaude = (folder: string, file: string) => join(folder, ".claude", file);
  // Local settings are those of the whole repository, a linked worktree's too; older ones lie in the folder itself.
  const localFolders = new Set([repositoryOf(clientFolder) ?? clientFolder, clientFolder]);
  const asked = lastOption(words, "--setting-sources")?.split(",");
  const theirs = [
    at("user", join(hostFolder, "settings.json")),
    at("project", inClaude(clientFolder, "settings.json")),
    ...[...localFolders].map((folder) => at("local", inClaude(folder, "settings.local.json"))),
  ].filter(({ tier }) => asked === undefined || asked.includes(tier));
  const all = [
    ...theirs,
    { tier: "command line" as const, path: "--settings", text: givenSettings(words, clientFolder) },
    // The client's copy of what an organization's server said.
    at("managed", join(hostFolder, "remote-settings.json")),
    ...managed.flatMap(managedFiles).map((path) => at("managed", path)),
  ];
  const files = all.flatMap(({ tier, path, text }) =>
    text === undefined ? [] : [{ tier, path, settings: parse(text) }],
  );
  return {
    read: files.flatMap(({ settings, ...file }) => (settings === undefined ? [] : [{ ...file, settings }])),
    broken: files.filter(({ settings }) => settings === undefined).map(({ path }) => path),
  };
}

/** `--settings` takes a file or the JSON itself. */
function givenSettings(words: readonly string[], clientFolder: string): string | undefined {
  const given = lastOption(words, "--settings");
  if (!given || given.trimStart().startsWith("{")) return given;
  return textOf(resolve(clientFolder, given));
}

/** The folders of managed settings on a platform. */
export function managedFolders(platform: NodeJS.Platform = process.platform, system = release()): string[] {
  switch (platform) {
    case "darwin":
      return ["/Library/Application Support/ClaudeCode"];
    case "win32":
      return ["C:\\Program Files\\ClaudeCode"];
    default:
      // In WSL, those of the Windows around it may count, too.
      return /microsoft/i.test(system)
        ? ["/mnt/c/Program Files/ClaudeCode", "/etc/claude-code"]
        : ["/etc/claude-code"];
  }
}

/** The one file, then what was dropped in beside it. */
function managedFiles(folder: string): string[] {
  const dropIns = join(folder, "managed-settings.d");
  let names: string[] = [];
  try {
    names = readdirSync(dropIns).filter((name) => name.endsWith(".json") && !name.startsWith("."));
  } catch {
    // There are none.
  }
  return [join(folder, "managed-settings.json"), ...names.sort().map((name) => join(dropIns, name))];
}

export type Inbound = "accept" | "hold" | "refuse";
const STRICTNESS: Readonly<Record<Inbound, number>> = { accept: 0, hold: 1, refuse: 2 };

/**
 * Whether the client lets other sessions' messages in, and which file says so; undefined where none does. As the client
 * decides it: managed settings, else the command line, else the user's settings; those of a project can only be stricter.
 * A word that it does not know holds, in managed settings it refuses. Of several managed files the strictest counts here,
 * because which of them reigns depends on some that cannot be read.
 */
export function inboundOf(
  files: readonly SettingsFile[],
): { readonly policy: Inbound; readonly path: string } | undefined {
  const said = files.flatMap(({ tier, path, settings: { crossSessionInbound: word } }) =>
    word === undefined ? [] : [{ tier, path, policy: policyOf(word, tier), known: isPolicy(word) }],
  );
  const strictest = (all: typeof said) =>
    all.reduce<(typeof said)[number] | undefined>(
      (one, other) => (one && STRICTNESS[one.policy] >= STRICTNESS[other.policy] ? one : other),
      undefined,
    );
  const of = (tier: SettingsTier) =>
    strictest(said.filter((word) => word.tier === tier && (word.known || tier === "managed")));
  const own = of("managed") ?? of("command line") ?? of("user");
  const tightening = said.filter(({ tier, known }) => tier === "project" || tier === "local" || !known);
  return strictest([...(own ? [own] : []), ...tightening.filter(({ policy }) => policy !== "accept")]);
}

function isPolicy(word: unknown): word is Inbound {
  return word === "accept" || word === "hold" || word === "refuse";
}

function policyOf(word: unknown, tier: SettingsTier): Inbound {
  if (isPolicy(word)) return word;
  return tier === "managed" ? "refuse" : "hold";
}

/** What the doctor wants to know of the client's settings, and which file says it. */
export interface HostSettings {
  readonly hooksOff: string | undefined;
  readonly pluginOff: string | undefined;
  readonly inbound: { readonly policy: Inbound; readonly path: string } | undefined;
  readonly broken: readonly string[];
}

export function readHostSettings(options: SettingsFilesOptions): HostSettings {
  const { read, broken } = readSettingsFiles(options);
  const plugin = read.findLast(({ settings }) => ours(settings.enabledPlugins) !== undefined);
  return {
    hooksOff: read.find(({ settings }) => settings.disableAllHooks === true)?.path,
    pluginOff: plugin && ours(plugin.settings.enabledPlugins) === false ? plugin.path : undefined,
    inbound: inboundOf(read),
    broken,
  };
}

function ours(plugins: Record<string, unknown> | undefined): unknown {
  return Object.entries(plugins ?? {}).find(([name]) => name.split("@")[0] === "claude-mesh")?.[1];
}

/** `--name value` or `--name=value`; the last one counts. */
export function lastOption(words: readonly string[], name: string): string | undefined {
  const at = words.findLastIndex((word) => word === name || word.startsWith(`${name}=`));
  return words[at] === name ? words[at + 1] : words[at]?.slice(name.length + 1);
}

/** Undefined where there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    return error instanceof Error && "code" in error ? undefined : "";
  }
}

function parse(text: string): v.InferOutput<typeof schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
