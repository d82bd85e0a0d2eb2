import * as v from "valibot";
import { awaitReply } from "../../mesh/ask.ts";
import { defineTool } from "../tool.ts";
import { waitOptions } from "../wait-options.ts";
import { questionId, timeoutSeconds } from "./schemas.ts";

export const awaitReplyTool = defineTool({
  name: "await_reply",
  title: "Await a reply",
  description:
    "Goes on waiting for the answer to a question that this session asked before, after ask_peer returned `timed_out`, " +
    "`pending` or `interrupted`. Asks nothing anew.",
  readOnly: true,
  input: v.strictObject({ question_id: questionId, timeout_seconds: timeoutSeconds }),
  async run({ question_id, timeout_seconds }, context) {
    return awaitReply(context.mesh, context.me, question_id, waitOptions(timeout_seconds, context));
  },
});
