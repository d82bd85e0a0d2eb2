import * as v from "valibot";
import { SHOWN_AT_ONCE } from "../../domain/question.ts";
import { isEmpty } from "../../mesh/inbox.ts";
import { noteTurn } from "../../mesh/mesh.ts";
import { hookRoom } from "../../mesh/room.ts";
import { hookText } from "../../text/fence.ts";
import { mailText } from "../../text/mail.ts";
import { noticeOf } from "../../text/notice.ts";
import { defineTool } from "../tool.ts";

/**
 * Called by the host's PostToolBatch hook, never by a model, and so not listed: shows what arrived in the middle of a
 * turn, beside the tool results. The text is read as a hook's output. SubagentStop calls it, too, as after a last step.
 */
export const showNewTool = defineTool({
  name: "show_new",
  title: "Show what is new",
  description: "For the PostToolBatch hook.",
  forHook: true,
  input: v.strictObject({
    agent_id: v.optional(v.string(), ""),
    cwd: v.optional(v.string()),
    prompt_id: v.optional(v.string()),
  }),
  async run({ agent_id, cwd, prompt_id }, { mesh, me, settings, untold, stepOver }) {
    stepOver(agent_id);
    // A subagent would read what is meant for the session, and could not be told from it.
    if (agent_id !== "") {
      await noteTurn(mesh, me, "step", { agent: agent_id });
      return { result: {}, only: "" };
    }
    await noteTurn(mesh, me, "step", { turn: prompt_id });
    const now = mesh.now();
    await mesh.store.touch({ peer: me.id, activity: "busy", folder: cwd, now });
    mesh.store.sight("PostToolBatch", now).catch(() => {});
    const mail = await mesh.store.take({
      peer: me.id,
      questions: "new",
      limit: SHOWN_AT_ONCE,
      room: hookRoom(),
      pushed: true,
      // In the middle of a turn, once.
      announceBelow: 1,
      now,
    });
    const news = { questions: [...untold().questions, ...mail.questions], replies: mail.replies };
    const notice = isEmpty(news) ? {} : noticeOf(news, settings.notify);
    if (isEmpty(mail) && !mail.announces)
      return { result: {}, only: isEmpty(news) ? "" : JSON.stringify(notice) };
    const additionalContext = hookText(mailText(mail));
    const output = { ...notice, hookSpecificOutput: { hookEventName: "PostToolBatch", additionalContext } };
    return { result: {}, only: JSON.stringify(output), receipt: { ...mail.receipt, tentative: "between" } };
  },
});
