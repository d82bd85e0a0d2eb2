import { processKey } from "../../src/config/process.ts";
import type { HookFile } from "../support/paths.ts";
import { must } from "../support/until.ts";
import type { World } from "../support/world.ts";

/** The hooks that one client runs. */
export interface Hooks {
  start(session: string, source?: string, more?: object): Result;
  prompt(session?: string, prompt?: string, more?: object): Result;
  /** `/mesh` with these words. */
  slash(words: string, env?: NodeJS.ProcessEnv): Result;
  stop(session?: string, more?: object): Result;
  fail(session?: string, more?: object): Result;
  end(session: string, reason?: string): Result;
}

export interface Client extends Hooks {
  readonly pid: number;
  kill(): Promise<void>;
}

type Result = ReturnType<World["hook"]>;

/** The hooks of the client with that process id, in its project. */
export function hooksOf(
  world: World,
  project: string,
  hostPid: number,
  variables: NodeJS.ProcessEnv = {},
): Hooks {
  const run = (file: HookFile, event: string, session: string, more: object) =>
    world.hook(file, {
      project,
      hostPid,
      env: variables,
      input: { hook_event_name: event, session_id: session, cwd: "/", ...more },
    });
  return {
    start: (session, source = "startup", more = {}) =>
      run("session-start", "SessionStart", session, { source, ...more }),
    prompt: (session = "one", prompt = "go on", more = {}) =>
      run("inbox-poll", "UserPromptSubmit", session, { prompt, ...more }),
    slash: (words, env = {}) =>
      world.hook("mesh-command", {
        project,
        hostPid,
        env: { ...variables, ...env },
        input: {
          hook_event_name: "UserPromptExpansion",
          session_id: "one",
          command_name: "mesh:mesh",
          command_args: words,
          prompt: `/mesh:mesh ${words}`,
        },
      }),
    stop: (session = "one", more = {}) =>
      run("inbox-poll", "Stop", session, { stop_hook_active: false, ...more }),
    fail: (session = "one", more = {}) => run("inbox-poll", "StopFailure", session, more),
    end: (session, reason = "other") => run("session-end", "SessionEnd", session, { reason }),
  };
}

/**
 * One client process of a project, by the hooks that it runs. It has a server from its start on, as far as the mesh
 * knows, so its hooks show questions.
 */
export function startClient(world: World, project: string): Client {
  const { pid, kill } = world.host();
  const hooks = hooksOf(world, project, pid);
  return {
    ...hooks,
    pid,
    kill: () => kill("SIGKILL"),
    async start(...session) {
      const started = await hooks.start(...session);
      await serve(world, pid);
      return started;
    },
  };
}

/** Says of a client's session that a process serves it; the client's own one may stand in for its server. */
export async function serve(world: World, hostPid: number, serverPid = hostPid): Promise<void> {
  const store = world.store();
  const peer = await store.peerOf(processKey(hostPid));
  if (peer !== undefined)
    await store.touch({ peer: peer.id, server: processKey(serverPid), now: Date.now() });
}

/** The names of the live peers. */
export async function liveNames(world: World): Promise<string[]> {
  const peers = await world.store().peers(Date.now());
  return peers.filter(({ host }) => host !== null).map(({ name }) => name);
}

/** Asks the peer of that name by the store, from a peer that is neither here nor there. Returns the question's id. */
export async function askPeer(world: World, to: string, body = "Which port?"): Promise<string> {
  const store = world.store();
  const now = Date.now();
  const host = "1@1@elsewhere";
  const asker = await store.join({ host, projectPath: "/work/frontend", baseName: "frontend", now });
  const [asked] = await store.ask({ asker: asker.id, to: [to], body, by: { process: host, id: host }, now });
  return `q${must(asked).id}`;
}

/** Answers by the store, as the peer of that name. */
export async function answerAs(world: World, name: string, id: string, answer: string): Promise<void> {
  const store = world.store();
  const now = Date.now();
  const peer = must((await store.peers(now)).find((one) => one.name === name));
  await store.reply({ peer: peer.id, question: Number(id.slice(1)), answer, decline: false, now });
}

/** How far a question has come, as anybody sees it. */
export async function stateOf(world: World, id: string): Promise<string | undefined> {
  const [entry] = await world.store().history({ ids: [Number(id.slice(1))], limit: 1, now: Date.now() });
  return entry?.state;
}
