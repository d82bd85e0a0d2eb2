import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Called, textOf } from "./server.ts";
import { must } from "./until.ts";

interface Response {
  readonly id?: number;
  readonly result?: CallToolResult;
  readonly error?: { readonly message: string };
}

export interface RawServer {
  readonly pid: number;
  /** From the start of the process to its answer to `initialize`, in milliseconds. */
  readonly startedIn: number;
  readonly lines: string[];
  send(message: object): void;
  /** Writes as it is; false where the pipe is full, until `input` drains. */
  write(text: string): boolean;
  readonly input: Writable;
  /** Calls a tool; resolves in the moment in which its response is there (milliseconds of `performance.now()`). */
  call(tool: string, input?: object): Promise<Called & { readonly at: number }>;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/**
 * A server at the other end of bare pipes, for what the MCP client does not show: how it ends, what it writes, and how
 * long it takes without a client's own milliseconds.
 */
export async function startRawServer(
  path: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  clientName = "mesh-test",
): Promise<RawServer> {
  const start = performance.now();
  const child = spawn(process.execPath, [path], { env, cwd, stdio: ["pipe", "pipe", "ignore"] });
  const lines: string[] = [];
  const waiting = new Map<number, (response: Response, at: number) => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const at = performance.now();
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    for (const line of waiting.size === 0 ? [] : parts) {
      const response = JSON.parse(line) as Response;
      waiting.get(response.id ?? -1)?.(response, at);
    }
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  const send = (message: object) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = async (id: number, method: string, params: object) => {
    const { promise, resolve } = Promise.withResolvers<{ response: Response; at: number }>();
    waiting.set(id, (response, at) => resolve({ response, at }));
    send({ id, method, params });
    const gone = ended.then((how) => Promise.reject(new Error(`the server ended (${how}) in ${method}`)));
    gone.catch(() => {});
    const found = await Promise.race([promise, gone]);
    waiting.delete(id);
    return found;
  };
  const clientInfo = { name: clientName, version: "1" };
  const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const { at: initializedAt } = await request(0, "initialize", initialize);
  send({ method: "notifications/initialized" });
  // Above the ids that tests give themselves.
  let called = 1_000_000;
  return {
    pid: must(child.pid),
    startedIn: initializedAt - start,
    lines,
    send,
    write: (text) => child.stdin.write(text),
    input: child.stdin,
    async call(name, input = {}) {
      const { response, at } = await request(++called, "tools/call", { name, arguments: input });
      const { result, error } = response;
      if (result === undefined) throw new Error(`${name}: ${error?.message}`);
      return { ...(result.isError ? { error: textOf(result) } : (result.structuredContent as Called)), at };
    },
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
