#!/usr/bin/env node
import "./node-guard.ts";
import { hostPolicy, isRun } from "../config/host.ts";
import { clientFolder } from "../config/project.ts";
import { askable } from "../domain/asking.ts";
import { statusOf } from "../domain/presence.ts";
import { noteTurn } from "../mesh/mesh.ts";
import { openTurnMesh } from "../mesh/open.ts";
import { unservedNotice } from "../text/notice.ts";
import { waitingNotice, welcomeNotice, welcomeText } from "../text/welcome.ts";
import { type HookRun, runHook } from "./hook.ts";
import { told } from "./input.ts";
import { isClaudeCode, openHookSession } from "./session.ts";

/**
 * Registers the session and tells it who it is. What waits is only counted here: a session that starts no turn shows its
 * model nothing of this hook's text, so mail is left to the turn that it is woken for.
 */
await runHook(
  2_000,
  async (input): Promise<HookRun> => {
    if (!isClaudeCode(input)) return {};
    const { mesh, settings, session, me } = await openHookSession(openTurnMesh, input, 1_400);
    const peer = await me({ begins: beginning(input.source) });
    if (isRun(process.env)) return {};
    await noteTurn(mesh, peer, input.source === "compact" ? "compacted" : "prompt");
    await mesh.store.conversationBegins(peer.id);
    // The host names the permission mode only from the first prompt on; till then, what the session was started with.
    const { startMode } = hostPolicy(
      settings.hostFolder,
      clientFolder(process.env, process.cwd),
      session.host,
    );
    const permissionMode = input.permission_mode ?? peer.permissionMode ?? startMode;
    const now = mesh.now();
    // A compaction comes in the middle of a turn.
    const activity = input.source === "compact" ? {} : { activity: "idle" as const };
    await mesh.store.touch({ peer: peer.id, ...activity, ...told(input), permissionMode, now });
    // As after a `/clear` in a session whose server has ended.
    if (statusOf(peer, now) !== "active") {
      await mesh.store.tellUnserved(peer.id);
      return { output: { systemMessage: unservedNotice() } };
    }
    const others = askable((await mesh.store.peerPage(now)).peers, now, peer.id);
    const unseen = await mesh.store.unseen(peer.id, now);
    const hookSpecificOutput = {
      hookEventName: input.hook_event_name,
      additionalContext: welcomeText(peer, others, unseen),
    };
    // Not in the middle of the work, as after a compaction.
    if (input.source === "compact") return { output: { hookSpecificOutput } };
    const systemMessage = [welcomeNotice(peer, others), waitingNotice(unseen)].filter((part) => part !== "");
    return { output: { systemMessage: systemMessage.join("; "), hookSpecificOutput } };
  },
  (line) => ({ systemMessage: `claude-mesh: this session is not in the mesh: ${line}` }),
);

/** How the conversation begins. After a compaction, the one that there is goes on. */
function beginning(source: string | undefined): "resumed" | "anew" | undefined {
  if (source === "resume") return "resumed";
  return source === "compact" ? undefined : "anew";
}
