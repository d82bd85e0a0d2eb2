import * as v from "valibot";

/** What the host writes to a hook's stdin, as far as the mesh reads it; the host adds keys as it grows. */
export const hookInput = v.object({
  hook_event_name: v.string(),
  session_id: v.pipe(
    v.string(),
    v.check((text) => text !== "", "it is empty"),
  ),
  cwd: v.optional(v.string()),
  source: v.optional(v.string()),
  reason: v.optional(v.string()),
  tool_name: v.optional(v.string()),
  session_title: v.optional(v.string()),
  permission_mode: v.optional(v.string()),
  prompt: v.optional(v.string()),
  /** The turn's name; a line that was typed in the middle of a turn has that turn's. */
  prompt_id: v.optional(v.string()),
  /** The subagent that it is about. */
  agent_id: v.optional(v.string()),
  /** What runs beside the turn, such as subagents. */
  background_tasks: v.fallback(v.optional(v.array(v.object({ id: v.string() }))), undefined),
  command_args: v.optional(v.string()),
});

export type HookInput = v.InferOutput<typeof hookInput>;

/** What an input tells of the session beside its event. */
export function told({ permission_mode, session_title, cwd }: HookInput) {
  return { permissionMode: permission_mode, title: session_title, folder: cwd };
}

/** The one JSON line that a hook may print. */
export interface HookOutput {
  /** One line for the person at the keyboard. */
  readonly systemMessage?: string;
  /** A notification that the client passes on to its terminal (2.1.141 and later). */
  readonly terminalSequence?: string;
  readonly decision?: "block";
  readonly reason?: string;
  readonly hookSpecificOutput?: {
    readonly hookEventName: string;
    readonly additionalContext?: string;
    readonly permissionDecision?: "allow";
    readonly permissionDecisionReason?: string;
    readonly suppressOriginalPrompt?: boolean;
  };
}
