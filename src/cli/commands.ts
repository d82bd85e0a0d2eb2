import type { Command } from "./command.ts";
import { makeHelp } from "./help.ts";
import { path } from "./path.ts";
import { peers } from "./peers.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [peers, path, makeHelp(() => COMMANDS)];
