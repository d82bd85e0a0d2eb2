/** The one place that knows how MCP wants tools described, called and answered. */
import type { CallToolResult, Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { Settings } from "../config/settings.ts";
import { MeshError } from "../domain/errors.ts";
import type { Peer } from "../domain/peer.ts";
import type { Receipt } from "../domain/question.ts";
import type { Session } from "../mesh/join.ts";
import type { LastingMesh, Outcome } from "../mesh/mesh.ts";
import { PLAIN_LIMIT } from "../mesh/room.ts";
import type { News } from "../text/notice.ts";
import { errorText } from "../text/refusal.ts";
import { type InputSchema, parseInput } from "./input.ts";

/** Who makes a call, as the client's hook says. */
export interface Caller {
  /** A subagent, or the session itself (""). */
  readonly agent: string;
  /** The session's turn, where the client names it. */
  readonly turn: string | undefined;
}

export interface ToolContext {
  readonly mesh: LastingMesh;
  readonly me: Peer;
  readonly session: Session;
  readonly settings: Settings;
  /** Aborts when the client cancels the call. */
  readonly signal: AbortSignal;
  /** A subagent of the session made the call. */
  readonly subagent: boolean;
  /**
   * Whether the client has moved the call to the background, as far as it was seen: it ended the step without it. It does so
   * after a time, and when its user sends a line at once.
   */
  readonly inBackground: () => boolean;
  /** A step of the session's (""), or of that subagent's, is over. */
  readonly stepOver: (agent: string) => void;
  /** Notes who makes the tool call of that id. */
  readonly noteCall: (toolUseId: string, caller: Caller) => void;
  /** What earlier calls handed over that nobody has told the person of, once. */
  readonly untold: () => News;
  /** Tells the client's user how the call is getting on. */
  readonly progress: (line: string) => void;
}

/** A tool with its input's type folded away. */
export interface Tool {
  readonly name: string;
  readonly listing: McpTool;
  /** `log` takes what the model is told of a broken set-up. */
  call(input: unknown, context: () => Promise<ToolContext>, log: (line: string) => void): Promise<Answer>;
}

export interface Answer {
  readonly result: CallToolResult;
  /** What counts as shown once the result was written. */
  readonly receipt?: Receipt;
  readonly news?: News;
}

export interface ToolDefinition<Schema extends InputSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /**
   * It changes nothing but what the mesh has written down of questions and answers. In plan mode, 2.1.332 stops at a permission
   * question before any other tool, whatever hooks and rules allow: a session there that nobody watches would answer nobody.
   */
  readonly readOnly?: boolean;
  /** Its results may carry peers' words, or a list that grows with the mesh. */
  readonly longResults?: boolean;
  /** The host's own hook calls it: a failure would stand on the screen at each call, and a tool says it anyway. */
  readonly forHook?: boolean;
  readonly input: Schema;
  run(input: v.InferOutput<Schema>, context: ToolContext): Promise<Outcome<object>>;
}

/**
 * Of a result of more than about 50,000 characters the client shows its model a preview of 2 KB, unless the listing says
 * how long one may be. It was seen to honour 500,000.
 */
const LONG_RESULTS = { "anthropic/maxResultSizeChars": 500_000 };

export function defineTool<Schema extends InputSchema>(definition: ToolDefinition<Schema>): Tool {
  const { name, title, description, input: schema } = definition;
  return {
    name,
    listing: {
      name,
      title,
      description,
      inputSchema: toJsonSchema(schema, { typeMode: "input", errorMode: "ignore" }) as McpTool["inputSchema"],
      annotations: {
        readOnlyHint: definition.readOnly ?? false,
        destructiveHint: false,
        openWorldHint: false,
      },
      ...(definition.longResults === true ? { _meta: LONG_RESULTS } : {}),
    },
    async call(input, context, log) {
      try {
        const meant = parseInput(name, schema, input);
        return toAnswer(await definition.run(meant, await context()));
      } catch (error) {
        // Of the set-up, the log hears too: not only the model should know.
        if (error instanceof MeshError && error.refusal.kind === "no_database") log(errorText(error));
        if (definition.forHook === true) return toAnswer({ result: {}, only: "" });
        return { result: { isError: true, content: [{ type: "text", text: errorText(error) }] } };
      }
    },
  };
}

/** The result as a model is given it: the words of peers first, in their fences; none that is long stands twice. */
function forModel(result: object, text: string | undefined): Record<string, unknown> {
  if (text === undefined) return { ...result };
  const isLong = (key: string, value: unknown) =>
    (key === "answer" || key === "question") && typeof value === "string" && value.length > PLAIN_LIMIT;
  const json = JSON.stringify({ text, ...result }, (key, value: unknown) =>
    isLong(key, value) ? undefined : value,
  );
  return JSON.parse(json) as Record<string, unknown>;
}

function toAnswer({ result, text, receipt, news, only }: Outcome<object>): Answer {
  if (only !== undefined) {
    return {
      result: { content: [{ type: "text", text: only }] },
      ...(receipt === undefined ? {} : { receipt }),
    };
  }
  const structuredContent = forModel(result, text);
  return {
    result: { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent },
    ...(receipt === undefined ? {} : { receipt }),
    ...(news === undefined ? {} : { news }),
  };
}
