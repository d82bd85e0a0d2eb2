import * as v from "valibot";
import { replyToPeer } from "../../mesh/reply.ts";
import { defineTool } from "../tool.ts";
import { questionId } from "./schemas.ts";

export const replyToPeerTool = defineTool({
  name: "reply_to_peer",
  title: "Reply to a peer",
  description:
    "Answers a question that another session asked this one (a <peer-question> block). The first answer counts. Set " +
    "`decline` to say that you will not answer, with the reason as the answer.",
  readOnly: true,
  input: v.strictObject({
    question_id: questionId,
    answer: v.pipe(v.string(), v.description("The answer, complete in itself.")),
    decline: v.optional(
      v.pipe(v.boolean("expected true or false"), v.description("True to decline instead of answering.")),
      false,
    ),
  }),
  async run({ question_id, answer, decline }, { mesh, me }) {
    return { result: await replyToPeer(mesh, me, { question: question_id, answer, decline }) };
  },
});
