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

/** What a showing gave to the model. */
type Way = (talker: Talker) => Promise<string>;

const byHook =
  (file: HookFile, event: string, more = {}): Way =>
  async ({ hook }) => {
    const run = await hook(file, event, more);
    assert.deepEqual([run.code, run.stderr], [0, ""]);
    checkOutput(run.stdout, run.output ?? {}, event);
    return shownText(run);
  };

/** Every way there is; each gives the model one text. */
export const WAYS: Readonly<Record<string, Way>> = {
  UserPromptSubmit: byHook("inbox-poll", "UserPromptSubmit", { prompt: "go on" }),
  Stop: byHook("inbox-poll", "Stop"),
  SessionStart: async (talker) => {
    const text = await byHook("session-start", "SessionStart", { source: "clear" })(talker);
    const [welcome = "", ...rest] = text.split("\n\n");
    assert.match(welcome, /^claude-mesh: this session is the peer "\w+"; live peers: \w+\. [^\n]*$/);
    return rest.join("\n\n");
  },
  PostToolBatch: async ({ server }) => {
    const text = textOf(await server.callRaw("show_new", { agent_id: "" }));
    const output = JSON.parse(text) as HookOutput;
    checkOutput(text, output, "PostToolBatch");
    return output.hookSpecificOutput?.additionalContext ?? "";
  },
};

function checkOutput(raw: string, output: HookOutput, event: string): void {
  assertHarmless(raw, event);
  const context = output.hookSpecificOutput?.additionalContext ?? "";
  assertHarmless(context, event);
  // Numbers and names are all that the person at the keyboard is told.
  const notice = /^claude-mesh: (?:this session is "\w+"; live peers: \w+; )?\d questions? from frontend$/;
  if (output.systemMessage !== undefined) assert.match(output.systemMessage, notice);
}
