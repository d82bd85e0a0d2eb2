#!/usr/bin/env node
import "./node-guard.ts";
import { hostPolicy } from "../config/host.ts";
import { SHOWN_AT_ONCE } from "../domain/question.ts";
import { isEmpty } from "../mesh/inbox.ts";
import { confirmShown } from "../mesh/mesh.ts";
import { openHookMesh } from "../mesh/open.ts";
import { hookText } from "../text/fence.ts";
import { mailText } from "../text/mail.ts";
import { noticeOf } from "../text/notice.ts";
import { welcomeNotice, welcomeText } from "../text/welcome.ts";
import { runHook } from "./hook.ts";
import { told } from "./input.ts";
import { openHookSession } from "./session.ts";

await runHook(2_000, async (input) => {
  const { mesh, settings, session, me } = await openHookSession(openHookMesh, input, 1_400);
  const peer = await me({ resumed: input.source === "resume" });
  // The host names the permission mode only from the first prompt on; till then, what the session was started with.
  const { startMode } = hostPolicy(settings.hostFolder, session.project.path, session.host);
  const permissionMode = input.permission_mode ?? peer.permissionMode ?? startMode;
  await mesh.store.touch({
    peer: peer.id,
    activity: "idle",
    ...told(input),
    permissionMode,
    now: mesh.now(),
  });
  const peers = await mesh.store.peers(mesh.now());
  // Also what an earlier conversation of this peer was shown and did not answer: this one knows nothing of it.
  const mail = await mesh.store.take({
    peer: peer.id,
    questions: "open",
    limit: SHOWN_AT_ONCE,
    now: mesh.now(),
  });
  const welcome = welcomeText(peer, peers);
  const context = isEmpty(mail) ? welcome : `${welcome}\n\n${hookText(mailText(mail))}`;
  const hookSpecificOutput = { hookEventName: input.hook_event_name, additionalContext: context };
  // Not in the middle of the work, as after a compaction.
  const here = input.source === "compact" ? {} : { systemMessage: welcomeNotice(peer, peers) };
  if (isEmpty(mail)) return { output: { ...here, hookSpecificOutput } };
  const { systemMessage, ...ring } = noticeOf(mail, settings.notify);
  const lines = [here.systemMessage, systemMessage.replace(/^claude-mesh: /, "")].filter(
    (line) => line !== undefined,
  );
  return {
    output: { systemMessage: lines.join("; "), ...ring, hookSpecificOutput },
    written: () => confirmShown(mesh, mail.receipt),
  };
});
