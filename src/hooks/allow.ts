#!/usr/bin/env node
import "./node-guard.ts";
import { readSettings } from "../config/settings.ts";
import { type HookRun, runHook } from "./hook.ts";

/** The plugin's own tools that only read, answer or name the session. `ask_peer` stays with the user's rules. */
const HARMLESS = /^mcp__plugin_mesh_mesh__(register|list_peers|await_reply|reply_to_peer|poll_inbox)$/;

await runHook(2_000, async (input): Promise<HookRun> => {
  const { autoAllow } = readSettings(process.env, import.meta.dirname);
  if (!autoAllow || !HARMLESS.test(input.tool_name ?? "")) return {};
  return {
    output: {
      hookSpecificOutput: {
        hookEventName: input.hook_event_name,
        permissionDecision: "allow",
        permissionDecisionReason: "claude-mesh: this tool only reads, answers or names the session",
      },
    },
  };
});
