import type { AskOptions } from "../mesh/ask.ts";
import { toolRoom } from "../mesh/room.ts";
import type { ToolContext } from "./tool.ts";

/** What a waiting tool hands to its use case. */
export function waitOptions(
  timeoutSeconds: number,
  { settings, signal, progress, subagent, inBackground }: ToolContext,
): AskOptions {
  return {
    timeout: timeoutSeconds * 1000,
    maxBlock: settings.maxBlock,
    inBackground: (waited) => inBackground() || waited >= settings.backgroundAfter,
    room: toolRoom,
    signal,
    subagent,
    progress,
  };
}
