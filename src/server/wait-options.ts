import type { WaitOptions } from "../mesh/wait.ts";
import type { ToolContext } from "./tool.ts";

/** What a waiting tool hands to its use case. */
export function waitOptions(timeoutSeconds: number, { settings, signal, progress }: ToolContext): WaitOptions {
  return { timeout: timeoutSeconds * 1000, maxBlock: settings.maxBlock, need: 1, signal, progress };
}
