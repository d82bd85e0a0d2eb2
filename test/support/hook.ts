import type { HookOutput } from "../../src/hooks/input.ts";
import { type HookFile, hookPath } from "./paths.ts";
import { type Finished, type Running, startNode } from "./process.ts";

export interface HookRequest {
  /** What the host writes: an object as JSON, a string as it is. */
  readonly input: object | string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The client that runs the hook. */
  readonly hostPid?: number;
  /** Not again where it gives up, which is what the test wants to see. */
  readonly once?: boolean;
}

/** The last words of a hook that gives up rather than hold up its session: a machine may stand still for a second. */
export const GAVE_UP = /^claude-mesh hook: (gave up after|.*database is locked)/;
/** How often a hook is run that gives up and has printed nothing. */
const TRIES = 3;

export interface HookResult extends Finished {
  /** The printed line, or undefined where nothing was printed. */
  readonly output: HookOutput | undefined;
}

/** Runs a bundled hook as the host does: one process, its input on stdin. */
export async function runHook(file: HookFile, request: HookRequest): Promise<HookResult> {
  let finished = await startHook(file, request).ended;
  const again = () => !request.once && finished.stdout === "" && GAVE_UP.test(finished.stderr);
  for (let tries = 1; tries < TRIES && again(); tries++) finished = await startHook(file, request).ended;
  const output = finished.stdout === "" ? undefined : (JSON.parse(finished.stdout) as HookOutput);
  return { ...finished, output };
}

/** Starts a hook that may stay, to be ended by the test. */
export function startHook(file: HookFile, request: HookRequest, limit?: number): Running {
  const { input, env, cwd, hostPid } = request;
  const options = {
    cwd,
    env: hostPid === undefined ? env : { ...env, CLAUDE_PID: String(hostPid) },
    input: typeof input === "string" ? input : JSON.stringify(input),
  };
  return startNode([hookPath(file)], options, limit);
}

/** The text that a hook hands to the model. */
export function shownText({ output }: HookResult): string {
  return output?.hookSpecificOutput?.additionalContext ?? "";
}
