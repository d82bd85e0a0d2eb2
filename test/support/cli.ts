import { CLI } from "./paths.ts";
import { type Finished, type Running, startNode } from "./process.ts";
import type { World } from "./world.ts";

export interface CliOptions {
  /** The project that it is run in. */
  readonly in?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What comes on stdin. */
  readonly input?: string;
}

/** Starts the bundled command as a terminal would, but with pipes. */
export function startCli(world: World, args: readonly string[], options: CliOptions = {}): Running {
  const { in: project = "desk", env, input } = options;
  return startNode([CLI, ...args], {
    cwd: world.project(project),
    env: { ...world.env, ...env },
    ...(input === undefined ? {} : { input }),
  });
}

/** Runs it to its end. */
export async function runCli(world: World, args: readonly string[], options?: CliOptions): Promise<Finished> {
  return startCli(world, args, options).ended;
}

/** What it printed as JSON; fails where it printed anything else. */
export function jsonOf<Shape = Record<string, unknown>>({ stdout }: Finished): Shape {
  return JSON.parse(stdout) as Shape;
}
