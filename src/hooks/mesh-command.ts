#!/usr/bin/env node
import "./node-guard.ts";
import { runHook } from "./hook.ts";
import { meshAnswer } from "./mesh-answer.ts";
import { needsClaude } from "./slash.ts";

// Whatever fails here goes on to the command, which does the same through the tools.
await runHook(2_000, async (input) => {
  const { command_args: words } = input;
  if (words === undefined || needsClaude(words)) return {};
  return {
    output: {
      decision: "block",
      reason: await meshAnswer(words),
      hookSpecificOutput: { hookEventName: input.hook_event_name, suppressOriginalPrompt: true },
    },
  };
});
