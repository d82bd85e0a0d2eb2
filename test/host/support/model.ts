import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeRequestLog } from "./log.ts";
import { type Reply, send } from "./reply.ts";
import type { Message, ModelRequest } from "./request.ts";

export type Script = (request: ModelRequest) => Reply | Promise<Reply>;

/** A scripted model on loopback; sessions are told apart by their API key. */
export interface Model extends AsyncDisposable {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every request so far, side requests too, in order of arrival. */
  readonly requests: readonly ModelRequest[];
  /** Sets or replaces the script of a session; without one it answers "ok". */
  script(key: string, script: Script): void;
  /**
   * The first main request of the session that fits, past ones included: give `after` to look only behind
   * a request already seen. Rejects after `timeoutMs` milliseconds with a list of what did come.
   */
  waitFor(
    key: string,
    fits: (request: ModelRequest) => boolean,
    timeoutMs: number,
    after?: ModelRequest,
  ): Promise<ModelRequest>;
  /** What a script threw, in order: a test should see this empty. */
  readonly scriptErrors: readonly unknown[];
  close(): Promise<void>;
}

interface Body {
  readonly model?: string;
  readonly system?: string | readonly { readonly text?: string }[];
  readonly messages?: readonly Message[];
  readonly tools?: readonly { readonly name?: string }[];
  readonly stream?: boolean;
}

async function readBody(request: IncomingMessage): Promise<Body & Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Body & Record<string, unknown>;
}

function systemText(system: Body["system"]): string {
  if (system === undefined || typeof system === "string") return system ?? "";
  return system.map((part) => part.text ?? "").join("\n");
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function sessionKey(request: IncomingMessage): string {
  return header(request, "x-api-key") ?? header(request, "authorization")?.replace(/^Bearer /, "") ?? "";
}

/** Starts the model on a free loopback port. */
export async function startModel(): Promise<Model> {
  const log = makeRequestLog();
  const scripts = new Map<string, Script>();
  const scriptErrors: unknown[] = [];

  async function reply(request: ModelRequest): Promise<Reply> {
    const script = scripts.get(request.key);
    if (request.side || script === undefined) return { text: "ok" };
    try {
      return await script(request);
    } catch (error) {
      scriptErrors.push(error);
      return { text: `script failed: ${String(error)}` };
    }
  }

  async function answer(http: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    const wallTime = Date.now();
    const body = await readBody(http);
    const hungUp = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) hungUp.abort();
    });
    const tools = (body.tools ?? []).map((tool) => tool.name ?? "");
    const request: ModelRequest = {
      index: log.requests.length,
      at,
      wallTime,
      key: sessionKey(http),
      agent: header(http, "x-claude-code-agent-id"),
      model: body.model ?? "",
      system: systemText(body.system),
      messages: body.messages ?? [],
      tools,
      // A session's own turn always offers tools; titles, topics and quota checks never do.
      side: tools.length === 0,
      signal: hungUp.signal,
      body,
      headers: http.headers,
    };
    log.add(request);
    await send(response, { model: request.model, stream: body.stream === true }, await reply(request));
  }

  const server = createServer((http, response) => {
    const path = http.url?.split("?")[0] ?? "";
    if (http.method === "POST" && path === "/v1/messages") {
      answer(http, response).catch((error: unknown) => {
        scriptErrors.push(error);
        response.destroy();
      });
      return;
    }
    const body = path.endsWith("/count_tokens") ? { input_tokens: 100 } : {};
    http.resume();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  // Claude Code keeps a turn open as long as a test lets its script wait.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const model: Model = {
    url: `http://127.0.0.1:${port}`,
    requests: log.requests,
    scriptErrors,
    script(key, script) {
      scripts.set(key, script);
    },
    waitFor: log.waitFor,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    [Symbol.asyncDispose]: () => model.close(),
  };
  return model;
}
