import type { HookFile } from "../support/paths.ts";
import { must } from "../support/until.ts";
import type { World } from "../support/world.ts";

export interface Client {
  readonly pid: number;
  kill(): Promise<void>;
  start(session: string, source?: string): Result;
  prompt(session?: string, prompt?: string): Result;
  /** `/mesh` with these words. */
  slash(words: string, env?: NodeJS.ProcessEnv): Result;
  stop(session?: string): Result;
  end(session: string, reason?: string): Result;
}

type Result = ReturnType<World["hook"]>;

/** One client process of a project, by the hooks that it runs. */
export function startClient(world: World, project: string): Client {
  const { pid, kill } = world.host();
  const run = (file: HookFile, event: string, session: string, more: object) =>
    world.hook(file, {
      project,
      hostPid: pid,
      input: { hook_event_name: event, session_id: session, cwd: "/", ...more },
    });
  return {
    pid,
    kill: () => kill("SIGKILL"),
    start: (session, source = "startup") => run("session-start", "SessionStart", session, { source }),
    prompt: (session = "one", prompt = "go on") => run("inbox-poll", "UserPromptSubmit", session, { prompt }),
    slash: (words, env = {}) =>
      world.hook("mesh-command", {
        project,
        hostPid: pid,
        env,
        input: {
          hook_event_name: "UserPromptExpansion",
          session_id: "one",
          command_name: "mesh:mesh",
          command_args: words,
          prompt: `/mesh:mesh ${words}`,
        },
      }),
    stop: (session = "one") => run("inbox-poll", "Stop", session, { stop_hook_active: false }),
    end: (session, reason = "other") => run("session-end", "SessionEnd", session, { reason }),
  };
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
