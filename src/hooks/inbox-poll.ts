#!/usr/bin/env node
import "./node-guard.ts";
import { SHOWN_AT_ONCE } from "../domain/question.ts";
import { isEmpty } from "../mesh/inbox.ts";
import { confirmShown } from "../mesh/mesh.ts";
import { openTurnMesh } from "../mesh/open.ts";
import { sweep } from "../mesh/presence.ts";
import { hookText } from "../text/fence.ts";
import { mailText } from "../text/mail.ts";
import { noticeOf } from "../text/notice.ts";
import { type HookRun, runHook } from "./hook.ts";
import { told } from "./input.ts";
import { openHookSession } from "./session.ts";
import { answeredAtOnce } from "./slash.ts";

await runHook(2_000, async (input): Promise<HookRun> => {
  // What is shown for a prompt that becomes no turn would reach no model, and no Stop would mark the session idle.
  if (answeredAtOnce(input.prompt)) return {};
  const { mesh, settings, me } = await openHookSession(openTurnMesh, input, 1_400);
  const peer = await me();
  const mark = (activity: "idle" | "busy") =>
    mesh.store.touch({ peer: peer.id, activity, ...told(input), now: mesh.now() });

  // The turn ended with an API error: no Stop comes, and nothing that a hook prints is read.
  if (input.hook_event_name === "StopFailure") {
    await mesh.store.turnGoesOn(peer.id);
    await mark("idle");
    return {};
  }
  const ending = input.hook_event_name === "Stop";
  // A turn that Esc ended before its first word is taken out of the conversation, with what was shown in it: the next
  // Stop brings up its questions again, whole, and the next prompt its answers.
  await (ending ? mesh.store.turnGoesOn(peer.id) : mesh.store.turnBegins(peer.id));
  const questions = ending ? "due" : "new";
  // First, so that what is shown is worded for the permission mode of this moment.
  await mark("busy");
  // An answer that a waiting call was to have is ours to show if that call's process is gone.
  await sweep(mesh);
  const mail = await mesh.store.take({ peer: peer.id, questions, limit: SHOWN_AT_ONCE, now: mesh.now() });
  const empty = isEmpty(mail);
  if (ending && empty) await mark("idle");
  if (empty) return {};
  // At a Stop, added context keeps the turn going as `decision: "block"` would, whose reason the client shows its model
  // twice and its user as a problem.
  const hookSpecificOutput = {
    hookEventName: input.hook_event_name,
    additionalContext: hookText(mailText(mail)),
  };
  return {
    output: { ...noticeOf(mail, settings.notify), hookSpecificOutput },
    written: () => confirmShown(mesh, { ...mail.receipt, tentative: !ending }),
  };
});
