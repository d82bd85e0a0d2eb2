export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

export interface ToolUseBlock {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ToolResultBlock {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly is_error?: boolean;
  readonly content?: string | readonly Block[];
}

export type Block = TextBlock | ToolUseBlock | ToolResultBlock | { readonly type: "thinking" | "image" };

export interface Message {
  readonly role: string;
  readonly content: string | readonly Block[];
}

/** One request of a client to `POST /v1/messages`. */
export interface ModelRequest {
  /** Position in the model's log, from 0. */
  readonly index: number;
  /** Arrival: milliseconds of `performance.now()`, to compare inside the test process. */
  readonly at: number;
  /** Arrival: milliseconds since 1970, to compare with other processes. */
  readonly wallTime: number;
  /** The session, told by its API key. */
  readonly key: string;
  /** The subagent that asks; undefined for the session itself. */
  readonly agent: string | undefined;
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly string[];
  /** Title, topic, quota check and the like: answered without the script. */
  readonly side: boolean;
  /** Aborted when the client hangs up before the answer is complete, as Esc makes it do. */
  readonly signal: AbortSignal;
  /** The whole parsed body, for what is not named here. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

function blocks(message: Message | undefined): readonly Block[] {
  if (message === undefined) return [];
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "tool_use":
      return `[tool_use ${block.name} ${JSON.stringify(block.input)}]`;
    case "tool_result":
      return resultText(block);
    default:
      return "";
  }
}

function resultText(block: ToolResultBlock): string {
  if (block.content === undefined) return "";
  if (typeof block.content === "string") return block.content;
  return block.content.map(blockText).join("\n");
}

/**
 * Everything the model has been handed since it last spoke: user text, system reminders of hooks, tool
 * results. One turn's input may be spread over several messages, of role `user` or `system`.
 */
export function lastUserText(request: ModelRequest): string {
  const spoke = request.messages.findLastIndex((message) => message.role === "assistant");
  const fresh = request.messages.slice(spoke + 1);
  return fresh.flatMap(blocks).map(blockText).join("\n");
}

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
  /** The tool call it answers. */
  readonly id: string;
}

/** The newest tool result in the conversation, or undefined when there is none. */
export function lastToolResult(request: ModelRequest): ToolResult | undefined {
  const result = request.messages.flatMap(blocks).findLast((block) => block.type === "tool_result");
  if (result === undefined) return undefined;
  return { text: resultText(result), isError: result.is_error === true, id: result.tool_use_id };
}

/** System prompt and all messages as one text. */
export function allText(request: ModelRequest): string {
  return [request.system, ...request.messages.flatMap(blocks).map(blockText)].join("\n");
}

/** One line for a failure report. */
export function summary(request: ModelRequest): string {
  const kind = request.side ? "side" : request.agent === undefined ? "main" : "subagent";
  const text = lastUserText(request).replace(/\s+/g, " ");
  const shown = text.length > 600 ? `${text.slice(0, 200)} … ${text.slice(-400)}` : text;
  const at = `${Math.round(request.at)} ms`;
  return `#${request.index} ${kind} ${at}, ${request.messages.length} messages: ${shown}`;
}
