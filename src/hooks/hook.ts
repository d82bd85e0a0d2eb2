import * as v from "valibot";
import { cleanLine } from "../text/clean.ts";
import { setupErrorText } from "../text/setup.ts";
import { type HookInput, type HookOutput, hookInput } from "./input.ts";
import { endHook, readInput, writeOutput } from "./stdio.ts";

export interface HookRun {
  /** What to print, if anything. */
  readonly output?: HookOutput;
  /** Runs once the output was written. */
  readonly written?: () => Promise<unknown>;
}

/** The part of its time after which a hook gives up; the rest is for Node's own start and end. */
const PART = 0.9;

/**
 * Runs a hook: stdin → `run` → at most one JSON line. Whatever goes wrong, the session is not harmed: one line on
 * stderr and exit code 0, after `limit` milliseconds at the latest.
 * @param tell shows a failure to the session's person as well
 */
export async function runHook(
  limit: number,
  run: (input: HookInput) => Promise<HookRun>,
  tell?: (line: string) => HookOutput,
): Promise<void> {
  const failed = async (reason: string) => {
    if (tell !== undefined) await writeOutput(`${JSON.stringify(tell(lineOf(reason)))}\n`).catch(() => {});
    fail(reason);
  };
  setTimeout(() => void failed(`gave up after ${limit} ms`), limit * PART).unref();
  let input: HookInput;
  try {
    input = parse(await readInput());
  } catch (error) {
    // Whoever wrote that is no host that would show its person anything.
    return fail(setupErrorText(error));
  }
  try {
    const { output, written } = await run(input);
    if (output !== undefined) await writeOutput(`${JSON.stringify(output)}\n`);
    await written?.();
  } catch (error) {
    return failed(setupErrorText(error));
  }
  process.exit(0);
}

/**
 * Runs a hook that stays after the turn, until it calls `exit`. A code other than 0 and its line on stderr mean
 * something to the host; whatever goes wrong ends it with 0.
 */
export async function listenHook(
  run: (input: HookInput, exit: (code: number, line?: string) => void) => Promise<void>,
): Promise<void> {
  const exit = (code: number, line = "") => void process.stderr.write(line, () => process.exit(code));
  try {
    await run(parse(await readInput()), exit);
  } catch (error) {
    fail(setupErrorText(error));
  }
}

function parse(text: string): HookInput {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("the hook's input is not JSON");
  }
  const result = v.safeParse(hookInput, json);
  if (result.success) return result.output;
  throw new Error(
    `the hook's input is not understood: ${v.getDotPath(result.issues[0])}: ${result.issues[0].message}`,
  );
}

function fail(reason: string): void {
  process.stderr.write(`claude-mesh hook: ${lineOf(reason)}\n`, endHook);
}

function lineOf(reason: string): string {
  return cleanLine(reason.replace(/^claude-mesh:? /, ""), 1_000);
}
