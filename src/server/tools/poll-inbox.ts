import * as v from "valibot";
import { pollInbox } from "../../mesh/inbox.ts";
import { defineTool } from "../tool.ts";

export const pollInboxTool = defineTool({
  name: "poll_inbox",
  title: "Poll the inbox",
  description:
    "Shows what waits for this session: questions that other sessions asked it, whole, and answers to what it asked. What " +
    "arrives is also shown by itself, so call this to read a long question in full or to see what is still open.",
  readOnly: true,
  longResults: true,
  input: v.strictObject({}),
  async run(_, { mesh, me, subagent }) {
    if (!subagent) return pollInbox(mesh, me);
    const hint =
      "What waits is for the session itself, which is shown it. Of a subagent's own questions, await_reply has the answers.";
    return { result: { questions: [], replies: [], hint } };
  },
});
