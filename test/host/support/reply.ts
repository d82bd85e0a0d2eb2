import type { ServerResponse } from "node:http";

export interface ToolCall {
  /** Full name, such as `mcp__plugin_mesh_mesh__ask_peer`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the model answers: words, tool calls, both, or an API error. */
export interface Reply {
  readonly text?: string;
  readonly tools?: readonly ToolCall[];
  /** Stream the text at once, but end the message only when this resolves. */
  readonly hold?: Promise<unknown>;
  /** Answer with this HTTP status and an API error instead. */
  readonly status?: number;
}

type Content =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Readonly<Record<string, unknown>> };

let calls = 0;

function contentOf(reply: Reply): Content[] {
  const content: Content[] = [];
  if (reply.text !== undefined) content.push({ type: "text", text: reply.text });
  for (const tool of reply.tools ?? []) {
    calls += 1;
    content.push({ type: "tool_use", id: `toolu_${String(calls).padStart(8, "0")}`, ...tool });
  }
  // The client treats a message without content as broken and asks again.
  if (content.length === 0) content.push({ type: "text", text: "(nothing)" });
  return content;
}

const usage = { input_tokens: 10, output_tokens: 10 };

function envelope(model: string, content: Content[], stopReason: string | null): Record<string, unknown> {
  calls += 1;
  const id = `msg_${String(calls).padStart(8, "0")}`;
  const base = { id, type: "message", role: "assistant", model, content };
  return { ...base, stop_reason: stopReason, stop_sequence: null, usage };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function event(response: ServerResponse, type: string, data: Record<string, unknown>): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}

function block(response: ServerResponse, index: number, content: Content): void {
  const text = content.type === "text";
  const start = text ? { type: "text", text: "" } : { ...content, input: {} };
  const delta = text
    ? { type: "text_delta", text: content.text }
    : { type: "input_json_delta", partial_json: JSON.stringify(content.input) };
  event(response, "content_block_start", { index, content_block: start });
  event(response, "content_block_delta", { index, delta });
  event(response, "content_block_stop", { index });
}

/** Writes one reply in the wire format of the Messages API, streamed or whole. */
export async function send(
  response: ServerResponse,
  request: { model: string; stream: boolean },
  reply: Reply,
): Promise<void> {
  if (reply.status !== undefined) {
    const error = { type: "api_error", message: `scripted error ${reply.status}` };
    json(response, reply.status, { type: "error", error });
    return;
  }
  const content = contentOf(reply);
  const stopReason = reply.tools !== undefined && reply.tools.length > 0 ? "tool_use" : "end_turn";
  if (!request.stream) {
    await reply.hold;
    json(response, 200, envelope(request.model, content, stopReason));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  event(response, "message_start", { message: envelope(request.model, [], null) });
  for (const [index, part] of content.entries()) block(response, index, part);
  await reply.hold;
  event(response, "message_delta", { delta: { stop_reason: stopReason, stop_sequence: null }, usage });
  event(response, "message_stop", {});
  response.end();
}
