import { spawn } from "node:child_process";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { type Called, textOf } from "./server.ts";
import { must, until } from "./until.ts";

export interface RawServer {
  readonly pid: number;
  readonly lines: string[];
  send(message: object): void;
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
export async function startRawServer(path: string, env: NodeJS.ProcessEnv, cwd: string): Promise<RawServer> {
  const child = spawn(process.execPath, [path], { env, cwd, stdio: ["pipe", "pipe", "ignore"] });
  const lines: string[] = [];
  const calls = new Map<number, (response: string, at: number) => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    const at = performance.now();
    for (const line of calls.size === 0 ? [] : parts) {
      const { id } = JSON.parse(line) as { id?: number };
      const resolve = id === undefined ? undefined : calls.get(id);
      calls.delete(id ?? -1);
      resolve?.(line, at);
    }
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  const send = (message: object) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  // Above the ids that tests give themselves.
  let called = 1_000_000;
  const clientInfo = { name: "mesh-test", version: "1" };
  send({
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
  });
  await until("the answer to initialize", () => lines[0]);
  send({ method: "notifications/initialized" });
  return {
    pid: must(child.pid),
    lines,
    send,
    call(name, input = {}) {
      const id = ++called;
      const { promise, resolve, reject } = Promise.withResolvers<Called & { at: number }>();
      calls.set(id, (line, at) => {
        const { result, error } = JSON.parse(line) as { result?: CallToolResult; error?: { message: string } };
        if (result === undefined) return reject(new Error(`${name}: ${error?.message}`));
        resolve({ ...(result.isError ? { error: textOf(result) } : (result.structuredContent as Called)), at });
      });
      send({ id, method: "tools/call", params: { name, arguments: input } });
      return promise;
    },
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
