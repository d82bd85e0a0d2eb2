import * as v from "valibot";
import { SUMMARY_LIMIT } from "../../domain/peer.ts";
import { register } from "../../mesh/join.ts";
import { defineTool } from "../tool.ts";

export const registerTool = defineTool({
  name: "register",
  title: "Register this session",
  description:
    "Sets this session's name or one-line summary in the mesh. Sessions register by themselves when they start, so call " +
    "this only to rename the session or to say what it is working on.",
  input: v.strictObject({
    name: v.optional(
      v.pipe(v.string(), v.description("The new name: a-z, 0-9, dot, dash, underscore; at most 63.")),
    ),
    summary: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(SUMMARY_LIMIT, `expected at most ${SUMMARY_LIMIT} characters`),
        v.description("What this session is working on, in one line."),
      ),
    ),
  }),
  async run({ name, summary }, { mesh, session }) {
    const result = await register(mesh, session, {
      ...(name === undefined ? {} : { rename: name }),
      ...(summary === undefined ? {} : { summary }),
    });
    return { result };
  },
});
