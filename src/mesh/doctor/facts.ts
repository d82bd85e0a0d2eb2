import { dirname } from "node:path";
import { networkFileSystem } from "../../config/file-system.ts";
import { readHostSettings } from "../../config/host-settings.ts";
import { readInstallation, versionAt } from "../../config/installation.ts";
import { entryAt, freeBytes, namesIn, nearestFolder, nodeFacts, userId } from "../../config/machine.ts";
import { liveness, pidOf } from "../../config/process.ts";
import { clientFolder, type Project, readProject } from "../../config/project.ts";
import { commandOf, type RunningServer, runningServers, startedWith } from "../../config/running.ts";
import { reportSettings, type SettingsReport } from "../../config/settings-report.ts";
import { VERSION } from "../../config/version.ts";
import type { CheckGroup } from "../../domain/checkup.ts";
import type { PeerView } from "../../domain/peer.ts";
import { type Seen, seenOf } from "../../domain/presence.ts";
import { type Contents, examineFile } from "../../store/sqlite/examine.ts";
import { fileOf } from "../../store/sqlite/place.ts";
import { errorText } from "../../text/refusal.ts";
import { SOCKET_VARIABLE } from "../../wake/inbox-socket.ts";
import { databaseChecks } from "./database.ts";
import { type FileFacts, fileChecks } from "./files.ts";
import { hookChecks } from "./hooks.ts";
import { nodeChecks } from "./node.ts";
import { type PeerFacts, peerChecks } from "./peers.ts";
import { pluginChecks, type RunningCopy } from "./plugin.ts";
import { projectChecks } from "./project.ts";
import { settingChecks } from "./settings.ts";

export interface DoctorOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: () => string;
  /** The plugin's own folder. */
  readonly root: string;
  /** Where the search for a `.env` starts. */
  readonly startFolder: string;
}

/** Looks at everything that the mesh stands on. Changes nothing. */
export function examine({ env, cwd, root, startFolder }: DoctorOptions): CheckGroup[] {
  const now = Date.now();
  const report = reportSettings(env, startFolder);
  const { settings } = report;
  const examination = examineFile(settings.dbPath, settings.driver, now);
  const { condition } = examination;
  const files = { ...fileFacts(report), foreign: condition.kind === "foreign" };
  const contents = condition.kind === "whole" ? condition : undefined;
  const project = tryProject(env, cwd);
  const servers = runningServers();
  const peers = contents?.peers ?? [];
  const serving = servers?.filter(serves(peers)) ?? [];
  const seen = seenOf(liveness, contents?.processes ?? [], now);
  return [
    { group: "Node", checks: nodeChecks(nodeFacts(env), examination.driver, env["HOME"]) },
    { group: "Plugin", checks: pluginChecks(readInstallation(root), VERSION, copies(serving)) },
    { group: "Settings", checks: settingChecks(report) },
    {
      group: "Database",
      checks: [...fileChecks(files), ...databaseChecks({ examination, command: commandOf })],
    },
    {
      group: "Hooks",
      checks: hookChecks({
        host: readHostSettings({ hostFolder: settings.hostFolder, clientFolder: clientFolder(env, cwd) }),
        sightings: contents?.sightings,
        now,
      }),
    },
    { group: "Project", checks: projectChecks({ project, peers, seen, now }) },
    ...(contents === undefined
      ? []
      : [
          {
            group: "Peers",
            checks: peerChecks(peerFacts(contents, seen, fileOf(settings.dbPath), servers, now)),
          },
        ]),
  ];
}

export function fileFacts({ settings, reported, dotEnv }: SettingsReport): FileFacts {
  const path = fileOf(settings.dbPath);
  const source = reported.find(({ name }) => name === "MESH_DB_PATH")?.source ?? "default";
  return {
    path,
    source: source === ".env" ? (dotEnv?.path ?? source) : source,
    folder: entryAt(dirname(path)),
    nearest: nearestFolder(dirname(path)),
    file: entryAt(path),
    beside: ["-wal", "-shm", ".bells"].flatMap((end) => entryAt(path + end) ?? []),
    me: userId(),
    free: freeBytes(nearestFolder(dirname(path)).path),
    network: networkFileSystem(path),
  };
}

function tryProject(env: NodeJS.ProcessEnv, cwd: () => string): Project | { problem: string } {
  try {
    return readProject(env, cwd);
  } catch (error) {
    return { problem: errorText(error).replace(/^claude-mesh: /, "") };
  }
}

function copies(servers: readonly RunningServer[]): RunningCopy[] {
  const roots = Map.groupBy(servers, ({ root }) => root);
  return [...roots].map(([root, all]) => ({ root, version: versionAt(root), servers: all.length }));
}

/** Whether a server is that of one of the peers: a client's child, or the peer's own process. */
function serves(peers: readonly PeerView[]): (server: RunningServer) => boolean {
  const hosts = new Set(peers.flatMap(({ host }) => (host === null ? [] : [pidOf(host)])));
  return ({ pid, parent }) => hosts.has(pid) || hosts.has(parent);
}

function peerFacts(
  { peers, processes }: Contents,
  seen: Seen,
  dbPath: string,
  servers: readonly RunningServer[] | undefined,
  now: number,
): PeerFacts {
  return {
    peers,
    processes,
    seen,
    pidOf,
    socketOf(peer) {
      const server = servers?.find(serves([peer]));
      return server && startedWith(server.pid, SOCKET_VARIABLE);
    },
    bells: namesIn(`${dbPath}.bells`).map(Number).filter(Number.isSafeInteger),
    now,
  };
}
