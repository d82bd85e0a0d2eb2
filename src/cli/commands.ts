import { ask } from "./ask.ts";
import type { Command } from "./command.ts";
import { doctor } from "./doctor.ts";
import { makeHelp } from "./help.ts";
import { inbox } from "./inbox.ts";
import { log } from "./log.ts";
import { path } from "./path.ts";
import { peers } from "./peers.ts";
import { prune } from "./prune.ts";
import { reply } from "./reply.ts";
import { watch } from "./watch.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  peers,
  ask,
  inbox,
  reply,
  log,
  watch,
  doctor,
  prune,
  path,
  makeHelp(() => COMMANDS),
];
