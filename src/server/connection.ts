import { networkFileSystem } from "../config/file-system.ts";
import { isRun } from "../config/host.ts";
import { clientProcess, processKey } from "../config/process.ts";
import { type Project, readProject } from "../config/project.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import type { Peer, ProcessKey } from "../domain/peer.ts";
import { guestOf } from "../mesh/guest.ts";
import { join, leave, projectOf, type Session } from "../mesh/join.ts";
import { openMesh, type ServerMesh } from "../mesh/open.ts";
import { sweep } from "../mesh/presence.ts";
import { networkText } from "../text/setup.ts";
import { startAttendant } from "./attendant.ts";

/** How long a tool call waits for other processes' writes (milliseconds). */
const BUSY_TIMEOUT = 5_000;

export interface Connected {
  readonly mesh: ServerMesh;
  readonly me: Peer;
  readonly session: Session;
  readonly settings: Settings;
}

/** The server's hold on the mesh: opened at the first need, and again after a failure. */
export interface Connection {
  /** The mesh, if it was opened; joins nothing. */
  opened(): ServerMesh | undefined;
  /** Says who the client is, which decides whose process the peer is bound to. */
  identify(clientName: () => string | undefined): void;
  /** Whether the client is Claude Code, of whose hooks it is known what reaches its model. */
  isClaudeCode(): boolean;
  /** The open mesh and this session's peer. Fails with what to do where there is no database to be had. */
  connect(): Promise<Connected>;
  /** The same, once the client can call our tools: from then on the session can be asked, and answers. */
  serve(): Promise<Connected>;
  /** Ends this process's waits, and the peer if it lives and dies with this process. */
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The working folder, which may have been deleted. */
  readonly cwd: () => string;
  /** Where the search for a `.env` starts. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

export function makeConnection({ env, cwd, folder, log }: ConnectionOptions): Connection {
  // Read once, at the start: after the client's death our parent is another process.
  const client = clientProcess(env);
  let clientName: () => string | undefined = () => undefined;
  const isClaudeCode = () => clientName() === "claude-code";
  let opened: { mesh: ServerMesh; settings: Settings } | undefined;
  let connecting: Promise<Connected> | undefined;
  let attended: { me: Peer; stop: () => void } | undefined;

  const open = async () => {
    if (opened !== undefined && !(await opened.mesh.current())) {
      log(`${opened.settings.dbPath} was exchanged; opening it anew`);
      attended?.stop();
      attended = undefined;
      const { mesh } = opened;
      opened = undefined;
      await mesh.close();
    }
    if (opened === undefined) {
      const settings = readSettings(env, folder);
      const mesh = await openMesh(settings, { busyTimeout: BUSY_TIMEOUT });
      if (mesh.passedOver !== undefined) log(`${mesh.passedOver}; using ${mesh.store.driver}`);
      const network = networkFileSystem(settings.dbPath);
      if (network !== undefined) log(networkText(settings.dbPath, network));
      opened = { mesh, settings };
    }
    return opened;
  };

  const readOwn = (): Project => {
    const project = readProject(env, cwd);
    return isRun(env) && isClaudeCode() ? guestOf(project, "run") : project;
  };
  const toSession = (host: ProcessKey, bound: Peer | undefined): Session => ({
    // Claude Code's process lives as long as the session; of other clients that is not known.
    host,
    ...projectOf(bound, readOwn),
    sessionId: (isClaudeCode() && env["CLAUDE_CODE_SESSION_ID"]) || undefined,
  });

  const connect = async (): Promise<Connected> => {
    const { mesh, settings } = await open();
    const host = isClaudeCode() ? client : processKey(process.pid);
    const bound = await mesh.store.peerOf(host);
    const session = toSession(host, bound);
    if (bound === undefined && mesh.liveness(session.host) === "gone")
      throw new Error("the client has ended");
    const server = serving ? mesh.process : undefined;
    // A client without hooks says nothing of a conversation that begins.
    const begins = isClaudeCode() ? {} : { begins: "anew" as const };
    const me = bound ?? (await join(mesh, { ...session, server }, begins));
    if (attended?.me.id !== me.id || attended.me.host !== me.host) {
      log(`registered as "${me.name}" in ${settings.dbPath} (${mesh.store.driver})`);
      attended?.stop();
      const stop = startAttendant({
        mesh,
        me,
        session,
        settings,
        env,
        cwd,
        log,
        serves: () => serving,
        reconnect: connectOnce,
      });
      served = undefined;
      attended = { me, stop };
      // A server before us may have been killed in a wait, which would keep answers from the inbox.
      await sweep(mesh);
    }
    return { mesh, me, session, settings };
  };

  const connectOnce = () => {
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };

  let serving = false;
  /** The peer of which it was said that this process serves it. */
  let served: number | undefined;

  return {
    opened: () => opened?.mesh,
    async serve() {
      serving = true;
      const connected = await connectOnce();
      const { mesh, me } = connected;
      if (served === me.id) return connected;
      served = me.id;
      await mesh.store.touch({ peer: me.id, server: mesh.process, now: mesh.now() });
      return connected;
    },
    identify(name) {
      clientName = name;
    },
    isClaudeCode,
    connect: connectOnce,
    async close() {
      attended?.stop();
      if (opened === undefined) return;
      const { mesh } = opened;
      await mesh.store.dropWaits(mesh.process);
      if (!isClaudeCode()) await leave(mesh, { host: mesh.process, sessionId: undefined });
      await mesh.close();
    },
  };
}
