#!/usr/bin/env node
import "./node-guard.ts";
import { isRun } from "../config/host.ts";
import type { Peer } from "../domain/peer.ts";
import { statusOf } from "../domain/presence.ts";
import { ANNOUNCE_LIMIT, SHOWN_AT_ONCE } from "../domain/question.ts";
import { isEmpty } from "../mesh/inbox.ts";
import { confirmShown, noteTurn } from "../mesh/mesh.ts";
import { openTurnMesh } from "../mesh/open.ts";
import { sweep } from "../mesh/presence.ts";
import { hookRoom } from "../mesh/room.ts";
import { hookText } from "../text/fence.ts";
import { mailText } from "../text/mail.ts";
import { type Notice, noticeOf, unservedNotice } from "../text/notice.ts";
import { type HookRun, runHook } from "./hook.ts";
import { told } from "./input.ts";
import { type HookSession, isClaudeCode, openHookSession } from "./session.ts";
import { answeredAtOnce } from "./slash.ts";

type TurnSession = HookSession<Awaited<ReturnType<typeof openTurnMesh>>>;

/** A session's first prompt waits so long for its server, in milliseconds since this process began, and looks so often. */
const SERVER_WITHIN = 1_500;
const LOOK_EVERY = 25;

await runHook(2_500, async (input): Promise<HookRun> => {
  if (!isClaudeCode(input)) return {};
  // What is shown for a prompt that becomes no turn would reach no model, and no Stop would mark the session idle.
  if (answeredAtOnce(input.prompt)) return {};
  // A subagent's end is not its session's.
  if (input.agent_id) return {};
  const session = await openHookSession(openTurnMesh, input, 1_400);
  const { mesh, settings } = session;
  let peer = await session.me();
  const turn = input.prompt_id;
  const mark = (activity: "idle" | "busy") =>
    mesh.store.touch({ peer: peer.id, activity, ...told(input), now: mesh.now() });

  // The turn ended with an API error: no Stop comes, and nothing that a hook prints is read.
  if (input.hook_event_name === "StopFailure") {
    await noteTurn(mesh, peer, "failure", { turn });
    await mark("idle");
    return {};
  }
  const ending = input.hook_event_name === "Stop";
  // A line typed in the middle of a turn, or the word of a task that ended: the client keeps what is shown for it until that
  // is sent, which the user may yet take back. The turn itself is shown what there is at its next step.
  if (!ending && turn !== undefined && turn === peer.turn) return {};
  const running = input.background_tasks?.map(({ id }) => id);
  await (ending ? noteTurn(mesh, peer, "stop", { turn, running }) : noteTurn(mesh, peer, "prompt", { turn }));
  // First, so that what is shown is worded for the permission mode of this moment.
  await mark("busy");
  // An answer that a waiting call was to have is ours to show if that call's process is gone.
  await sweep(mesh);
  peer = ending ? await session.me() : await withServer(session);
  // Without a server the session cannot answer, so it is shown no question; nor is a run, which takes none.
  // One that is still starting may be there before the turn ends.
  const served = statusOf(peer, mesh.now()) === "active";
  const questions = !served || isRun(process.env) ? "none" : ending ? "due" : "new";
  const mail = await mesh.store.take({
    peer: peer.id,
    questions,
    limit: SHOWN_AT_ONCE,
    room: hookRoom(),
    // A prompt starts a turn anyway; what would hold one up, or wake a session, has an end.
    pushed: ending,
    announceBelow: ending ? ANNOUNCE_LIMIT : Number.POSITIVE_INFINITY,
    now: mesh.now(),
  });
  const shows = !isEmpty(mail) || mail.announces;
  if (ending && !shows) await mark("idle");
  const unserved = !served && (await mesh.store.tellUnserved(peer.id)) ? unservedNotice() : undefined;
  if (!shows) return unserved === undefined ? {} : { output: { systemMessage: unserved } };
  const notice: Partial<Notice> = isEmpty(mail) ? {} : noticeOf(mail, settings.notify);
  const messages = [unserved, notice.systemMessage].filter((line) => line !== undefined);
  // At a Stop, added context keeps the turn going as `decision: "block"` would, whose reason the client shows its model
  // twice and its user as a problem.
  const hookSpecificOutput = {
    hookEventName: input.hook_event_name,
    additionalContext: hookText(mailText(mail)),
  };
  return {
    output: {
      ...notice,
      ...(messages.length === 0 ? {} : { systemMessage: messages.join("\n") }),
      hookSpecificOutput,
    },
    written: () => confirmShown(mesh, { ...mail.receipt, tentative: ending ? "end" : "start" }),
  };
});

/**
 * The session's peer once its server can be called, or as it is after a while. `claude "prompt"` sends its first request
 * as soon as this hook has ended, and tools that are missing then stay behind the client's tool search for good.
 */
async function withServer({ mesh, me }: TurnSession): Promise<Peer> {
  for (;;) {
    const peer = await me();
    const starting =
      peer.server === null && peer.serverDueAt !== null && statusOf(peer, mesh.now()) === "active";
    if (!starting || performance.now() > SERVER_WITHIN) return peer;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
