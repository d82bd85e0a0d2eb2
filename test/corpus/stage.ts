/** Two real sessions, servers and hooks, and the ways by which the one is shown what the other wrote. */
import assert from "node:assert/strict";
import type { HookOutput } from "../../src/hooks/input.ts";
import { type HookResult, shownText } from "../support/hook.ts";
import type { Lifetime } from "../support/lifetime.ts";
import type { HookFile } from "../support/paths.ts";
import { type TestServer, textOf } from "../support/server.ts";
import { seesPeer } from "../support/talk.ts";
import { openWorld, type World } from "../support/world.ts";
import { assertHarmless } from "./reader.ts";

export interface Talker {
  readonly server: TestServer;
  hook(file: HookFile, event: string, more?: object): Promise<HookResult>;
}

export interface Stage {
  readonly world: World;
  readonly frontend: Talker;
  readonly backend: Talker;
}

/** `frontend` can ask `backend`, and each has hooks. */
export async function openStage(t: Lifetime): Promise<Stage> {
  const world = openWorld(t);
  const talker = async (project: string): Promise<Talker> => {
    const server = await world.server(project, { hosted: true });
    return {
      server,
      hook: (file, event, more = {}) =>
        world.hook(file, {
          project,
          hostPid: server.hostPid,
          input: { hook_event_name: event, session_id: project, ...more },
        }),
    };
  };
  const [frontend, backend] = await Promise.all([talker("frontend"), talker("backend")]);
  await seesPeer(frontend.server, "backend");
  return { world, frontend, backend };
}

/** What the host takes of a hook's string; a longer one becomes a file and a preview. */
const HOST_LIMIT = 10_000;

/** What a showing gave to the model. */
type Way = (talker: Talker) => Promise<string>;

const byHook =
  (file: HookFile, event: string, more = {}): Way =>
  async ({ hook }) => {
    const run = await hook(file, event, more);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    checkOutput(run.stdout, run.output ?? {}, event, NOTICE);
    return shownText(run);
  };

/** Numbers and names are all that the person at the keyboard is told. */
const NOTICE = /^claude-mesh: \d questions? from frontend$/;

/** Every way there is; each gives the model one text. */
export const WAYS: Readonly<Record<string, Way>> = {
  UserPromptSubmit: byHook("inbox-poll", "UserPromptSubmit", { prompt: "go on" }),
  Stop: byHook("inbox-poll", "Stop"),
  PostToolBatch: async ({ server }) => {
    const text = textOf(await server.callRaw("show_new", { agent_id: "" }));
    // Who has just read as much as a minute holds is pushed nothing more.
    if (text === "") return "";
    const output = JSON.parse(text) as HookOutput;
    checkOutput(text, output, "PostToolBatch", NOTICE);
    return output.hookSpecificOutput?.additionalContext ?? "";
  },
};

/** What a session is told at its start has numbers and names, too, and no more. */
export async function checkStart({ hook }: Talker, waiting: number): Promise<void> {
  const run = await hook("session-start", "SessionStart", { source: "clear" });
  assert.deepEqual([run.code, run.stderr], [0, ""]);
  const waits = `${waiting} question${waiting === 1 ? " waits" : "s wait"} for it`;
  const notice = new RegExp(`^claude-mesh: this session is "backend"; live peers: frontend; ${waits}$`);
  checkOutput(run.stdout, run.output ?? {}, "SessionStart", notice);
  assert.equal(
    shownText(run),
    `claude-mesh: this session is the peer "backend"; live peers: frontend. Ask one with ask_peer. ${waits}; the next turn shows what.`,
  );
}

/** @param notice the line for the person, if there is one */
function checkOutput(raw: string, output: HookOutput, event: string, notice: RegExp): void {
  assertHarmless(raw, event);
  const context = output.hookSpecificOutput?.additionalContext ?? "";
  assertHarmless(context, event);
  assert.ok(context.length <= HOST_LIMIT, `${event}: ${context.length} characters`);
  if (output.systemMessage !== undefined) assert.match(output.systemMessage, notice);
}
