import * as v from "valibot";
import { askPeer } from "../../mesh/ask.ts";
import { defineTool } from "../tool.ts";
import { waitOptions } from "../wait-options.ts";
import { timeoutSeconds } from "./schemas.ts";

export const askPeerTool = defineTool({
  name: "ask_peer",
  title: "Ask a peer",
  description:
    "Asks another live Claude Code session on this machine a question and waits for its answer. Use it for what only that " +
    "session knows: its code, its decisions, the state of its work. Ask one complete, self-contained question. Status " +
    "`answered` carries the answer; any other status says in `hint` what to do next.",
  input: v.strictObject({
    to: v.pipe(v.string(), v.minLength(1), v.description("The peer's name, as in list_peers.")),
    question: v.pipe(v.string(), v.description("The whole question, with the context the other session needs.")),
    timeout_seconds: timeoutSeconds,
  }),
  async run({ to, question, timeout_seconds }, context) {
    return askPeer(context.mesh, context.me, { to, question }, waitOptions(timeout_seconds, context));
  },
});
