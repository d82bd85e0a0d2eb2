import type { Model, Script } from "./model.ts";
import type { Reply, ToolCall } from "./reply.ts";
import { allText, lastToolResult, lastUserText, type ModelRequest } from "./request.ts";
import type { OpenSession, Session } from "./session.ts";
import type { World } from "./world.ts";

/** The mesh's tools as the host names them. */
export const meshTool = (name: string) => `mcp__plugin_mesh_mesh__${name}`;

/** A reply that calls one of them. */
export function calling(name: string, input: Readonly<Record<string, unknown>> = {}): Reply {
  return { tools: [{ name: meshTool(name), input }] };
}

/** A reply that runs a command in the Bash tool. */
export function shell(command: string): Reply {
  return { tools: [bashCall(command)] };
}

/** Opens a session that has leave to ask, and waits until it has the mesh's tools. */
export async function openPeer(
  world: World,
  name: string,
  options: Partial<OpenSession> = {},
): Promise<Session> {
  const args = ["--allowedTools", meshTool("ask_peer"), ...(options.args ?? [])];
  const session = await world.open(name, { ...options, args });
  await session.waitForServer("plugin:mesh:mesh", 30_000);
  return session;
}

function idsIn(text: string, tag: "question" | "reply"): string[] {
  // Inside a tool's JSON the quotes are escaped; in its notification the angle brackets are, too.
  const fence = new RegExp(`(?:<|&lt;)peer-${tag} mark=\\\\?"\\w+\\\\?" question_id=\\\\?"(q\\d+)`, "g");
  return [...text.matchAll(fence)].map((match) => match[1] ?? "");
}

/** The ids of the questions that a request shows its model for the first time since it last spoke. */
export function questionsIn(request: ModelRequest): string[] {
  return idsIn(lastUserText(request), "question");
}

/** The same of the answers that came to the inbox. */
export function repliesIn(request: ModelRequest): string[] {
  return idsIn(lastUserText(request), "reply");
}

/** All questions that stand in the conversation that a request carries; one shown twice stands there twice. */
export function questionsOf(request: ModelRequest): string[] {
  return idsIn(allText(request), "question");
}

export function repliesOf(request: ModelRequest): string[] {
  return idsIn(allText(request), "reply");
}

/** A session's own requests, without titles and the like. */
export function requestsOf(model: Model, key: string): ModelRequest[] {
  return model.requests.filter((request) => request.key === key && !request.side);
}

/** Types a line that asks for nothing, and resolves with the request that it leads to. */
export async function ping(model: Model, session: Session): Promise<ModelRequest> {
  const last = requestsOf(model, session.key).at(-1);
  const word = `ping-${model.requests.length}`;
  await session.type(word);
  const pinged = await model.waitFor(session.key, saying(word), 20_000, last);
  await session.waitForIdle(20_000);
  return pinged;
}

/** Whether the model has been handed this since it last spoke. */
export function saying(words: string | RegExp): (request: ModelRequest) => boolean {
  return (request) => {
    const text = lastUserText(request);
    return typeof words === "string" ? text.includes(words) : words.test(text);
  };
}

/** A model that acts on the first of these words that it has been handed since it last spoke. */
export function told(rules: Readonly<Record<string, Script>>, otherwise: Script = done): Script {
  return (request) => {
    const word = Object.keys(rules).find((word) => saying(word)(request));
    const script = word === undefined ? undefined : rules[word];
    return (script ?? otherwise)(request);
  };
}

/** A model that takes these steps, one a request. */
export function stepping(steps: readonly Script[], otherwise: Script = done): Script {
  let taken = 0;
  return (request) => {
    const script = steps[taken] ?? otherwise;
    taken += 1;
    return script(request);
  };
}

/** A model that makes these calls in one step, once it is told `go on`. */
export function stepOf(...tools: readonly ToolCall[]): Script {
  return (request) =>
    /^go on/m.test(lastUserText(request)) && lastToolResult(request) === undefined
      ? { tools }
      : { text: "done" };
}

/** A call of the Bash tool. */
export function bashCall(command: string): ToolCall {
  return { name: "Bash", input: { command, description: command } };
}

/** A model that leaves everything as it is. */
export const done: Script = () => ({ text: "done" });

/** A model that answers each peer's question at once by `reply_to_peer`, and else does as `otherwise` says. */
export function answering(answer: (id: string) => string, otherwise: Script = done): Script {
  return (request) => {
    const tools = [...new Set(questionsIn(request))].map((id) => ({
      name: meshTool("reply_to_peer"),
      input: { question_id: id, answer: answer(id) },
    }));
    return tools.length > 0 ? { tools } : otherwise(request);
  };
}

/** A model that, told `ask <peer>: <question>` by its user, asks it, and says what it was answered. */
export function asking(more: Readonly<Record<string, unknown>> = {}, otherwise: Script = done): Script {
  return (request) => {
    const wish = /ask ([\w.-]+): (.+)/.exec(lastUserText(request));
    if (wish !== null) return calling("ask_peer", { to: wish[1], question: wish[2], ...more });
    const result = lastToolResult(request);
    const fresh = result !== undefined && lastUserText(request).includes(result.text);
    return fresh ? { text: `heard: ${result.text.slice(0, 400)}` } : otherwise(request);
  };
}

/** What the newest tool result of the session said, once one says this. */
export async function heard(
  model: Model,
  key: string,
  words: string | RegExp,
  after?: ModelRequest,
): Promise<string> {
  const fits = (request: ModelRequest) => {
    const text = lastToolResult(request)?.text ?? "";
    return saying(words)(request) && (typeof words === "string" ? text.includes(words) : words.test(text));
  };
  const request = await model.waitFor(key, fits, 30_000, after);
  return lastToolResult(request)?.text ?? "";
}
