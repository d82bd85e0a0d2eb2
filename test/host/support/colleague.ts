import { lastToolResult, lastUserText, type ModelRequest } from "./request.ts";
import type { Script } from "./model.ts";

/** The mesh's tools as the host names them. */
export const meshTool = (name: string) => `mcp__plugin_mesh_mesh__${name}`;

/** The ids of the questions that a request shows its model for the first time since it last spoke. */
export function questionsIn(request: ModelRequest): string[] {
  const text = lastUserText(request);
  return [...text.matchAll(/<peer-question question_id="(q\d+)"/g)].map((match) => match[1] ?? "");
}

/** A model that answers each peer's question at once by `reply_to_peer`, and else says "done". */
export function answering(answer: (id: string) => string): Script {
  return (request) => {
    const tools = questionsIn(request).map((id) => ({
      name: meshTool("reply_to_peer"),
      input: { question_id: id, answer: answer(id) },
    }));
    return tools.length > 0 ? { tools } : { text: "done" };
  };
}

/** A model that, told `ask <peer>: <question>` by its user, asks it, and says what it was answered. */
export function asking(more: Record<string, unknown> = {}): Script {
  return (request) => {
    const wish = /ask ([\w.-]+): (.+)/.exec(lastUserText(request));
    const result = lastToolResult(request);
    const fresh = lastUserText(request).includes(result?.text ?? "\0");
    if (result !== undefined && fresh) return { text: `heard: ${result.text.slice(0, 400)}` };
    if (wish === null) return { text: "nothing to ask" };
    return { tools: [{ name: meshTool("ask_peer"), input: { to: wish[1], question: wish[2], ...more } }] };
  };
}
