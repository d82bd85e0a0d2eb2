import * as v from "valibot";
import { askPeer } from "../../mesh/ask.ts";
import { defineTool } from "../tool.ts";
import { waitOptions } from "../wait-options.ts";
import { need, timeoutSeconds } from "./schemas.ts";

const EXPECTED = 'expected a peer\'s name, 1 to 16 names, or "*"';

/** A name has at most 63 characters; what is not much longer may be a mistyped one. What begins as JSON is none. */
const name = v.pipe(
  v.string(),
  v.minLength(1, EXPECTED),
  v.maxLength(200, EXPECTED),
  v.check((text) => !/^\s+$|^\s*["[{]/.test(text), EXPECTED),
);

export const askPeerTool = defineTool({
  name: "ask_peer",
  title: "Ask a peer",
  description:
    "Asks another live Claude Code session on this machine, or several, a question and waits for the answer. Use it for what only that " +
    "session knows: its code, its decisions, the state of its work. Ask one complete, self-contained question. Status " +
    "`answered` carries the answer; any other status says in `hint` what to do next.",
  longResults: true,
  input: v.strictObject({
    to: v.pipe(
      v.union([name, v.pipe(v.array(name), v.minLength(1, EXPECTED), v.maxLength(16, EXPECTED))], EXPECTED),
      v.description(
        'A peer\'s name as in list_peers, an array of up to 16 names, or "*" for every live peer.',
      ),
    ),
    question: v.pipe(
      v.string(),
      v.description("The whole question, with the context the other session needs."),
    ),
    timeout_seconds: timeoutSeconds,
    need,
  }),
  async run({ timeout_seconds, ...input }, context) {
    return askPeer(context.mesh, context.me, input, waitOptions(timeout_seconds, context));
  },
});
