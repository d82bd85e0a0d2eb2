import * as v from "valibot";
import { awaitReply } from "../../mesh/ask.ts";
import { defineTool } from "../tool.ts";
import { waitOptions } from "../wait-options.ts";
import { need, questionId, timeoutSeconds } from "./schemas.ts";

const EXPECTED = "expected an id like q17, or an array of 1 to 64";

export const awaitReplyTool = defineTool({
  name: "await_reply",
  title: "Await a reply",
  description:
    "Goes on waiting for the answer to a question that this session asked before, after ask_peer returned `timed_out`, " +
    "`pending` or `interrupted`. Asks nothing anew.",
  readOnly: true,
  longResults: true,
  input: v.strictObject({
    question_id: v.pipe(
      v.union(
        [questionId, v.pipe(v.array(questionId), v.minLength(1, EXPECTED), v.maxLength(64, EXPECTED))],
        EXPECTED,
      ),
      v.description("The question's id, such as q17, or an array of up to 64."),
    ),
    timeout_seconds: timeoutSeconds,
    need,
  }),
  async run({ question_id, timeout_seconds, need }, context) {
    return awaitReply(context.mesh, context.me, question_id, need, waitOptions(timeout_seconds, context));
  },
});
