import * as v from "valibot";
import { defineTool } from "../tool.ts";

/**
 * Called by the host's PreToolUse hook before a call of ours, never by a model: a call itself does not say whether a
 * subagent made it, the hook does, by the same id (2.1.332 and 2.1.197). The text is read as a hook's output.
 */
export const noteCallTool = defineTool({
  name: "note_call",
  title: "Note a call",
  description: "For the PreToolUse hook.",
  forHook: true,
  input: v.strictObject({
    agent_id: v.optional(v.string(), ""),
    prompt_id: v.optional(v.string()),
    tool_use_id: v.optional(v.string(), ""),
  }),
  async run({ agent_id, prompt_id, tool_use_id }, { noteCall }) {
    if (tool_use_id !== "") noteCall(tool_use_id, { agent: agent_id, turn: prompt_id });
    return { result: {}, only: "" };
  },
});
