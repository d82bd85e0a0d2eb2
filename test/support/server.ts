import type { Stream } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type CallToolResult, CallToolResultSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";
import type { Inbox } from "../../src/mesh/inbox.ts";
import type { AskedResult } from "../../src/mesh/outcome.ts";
import type { PeerList } from "../../src/mesh/peers.ts";
import { SERVER } from "./paths.ts";
import { isAlive } from "./process.ts";
import { must, until } from "./until.ts";

export interface ServerOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Another copy of the bundle. */
  readonly path?: string;
  /** Started by a client process of its own that says it is Claude Code; else the client is some other program. */
  readonly hosted?: boolean;
  /** What plays the client of a hosted server, as code; else one that only starts it. */
  readonly host?: string;
  /** Told the processes of a hosted server as soon as they run, before they shook hands. */
  readonly onStart?: (pids: { readonly pid: number; readonly hostPid: number }) => void;
}

/** What tools give, as far as tests look at it; `error` is the text of a refused call. */
export interface Called extends Partial<Inbox>, Partial<PeerList> {
  readonly error?: string;
  readonly text?: string;
  readonly name?: string;
  readonly project_path?: string;
  readonly session_id?: string | null;
  readonly status?: string;
  readonly question_id?: string;
  readonly to?: string;
  readonly answer?: string;
  readonly hint?: string;
  readonly answers?: AskedResult[];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
  /** The id that the client gives to the model's call. */
  readonly toolUseId?: string;
}

export interface TestServer {
  /** The server's own process. */
  readonly pid: number;
  /** The client that it belongs to; its own process where the client is not Claude Code. */
  readonly hostPid: number;
  readonly stderr: string[];
  tools(): Promise<Tool[]>;
  call(tool: string, input?: object, options?: CallOptions): Promise<Called>;
  /** The same with all that the client gets. */
  callRaw(tool: string, input?: object, options?: CallOptions): Promise<CallToolResult>;
  /** Kills the server's process and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Kills the client's process with `kill -9`. */
  killHost(): Promise<void>;
  close(): Promise<void>;
}

/** What the client's process says of its server before the server says anything. */
export const HOST_LINE = "host of ";

/**
 * Plays the client: starts the server as its child with its own pipes, and lives on when the server is killed. As the real
 * one, it was not started with what it gives to its server.
 */
const HOST = `
const { spawn } = require("node:child_process");
const { GIVEN, ...own } = process.env;
const env = { ...own, ...JSON.parse(GIVEN) };
const child = spawn(process.execPath, [process.argv[1]], { env, stdio: "inherit" });
process.stderr.write("${HOST_LINE}" + child.pid + "\\n");
child.on("exit", (code) => { if (code !== null) process.exit(code); });
setInterval(() => {}, 60_000);
`;

/** Starts the bundled server as a process and shakes hands with it. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const { cwd, path = SERVER, hosted = false, host = HOST } = options;
  const all = definedOnly(options.env ?? {});
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith("CLAUDE")));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: hosted ? ["-e", host, path] : [path],
    env: hosted && host === HOST ? { ...own, GIVEN: JSON.stringify(all) } : all,
    cwd,
    stderr: "pipe",
  });
  const stderr: string[] = [];
  collectLines(must(transport.stderr), (line) => {
    stderr.push(line);
    if (!hosted || !line.startsWith(HOST_LINE)) return;
    options.onStart?.({ pid: Number(line.slice(HOST_LINE.length)), hostPid: must(transport.pid) });
  });
  const client = new Client({ name: hosted ? "claude-code" : "mesh-test", version: "1" });
  await client.connect(transport);
  const hostPid = must(transport.pid, "the process id");
  const childLine =
    hosted &&
    (await until("the server's process id", () => stderr.find((line) => line.startsWith(HOST_LINE))));
  const pid = childLine === false ? hostPid : Number(childLine.slice(HOST_LINE.length));

  const callRaw: TestServer["callRaw"] = async (name, input = {}, { signal, onProgress, toolUseId } = {}) => {
    const params = {
      name,
      arguments: { ...input },
      ...(toolUseId === undefined ? {} : { _meta: { "claudecode/toolUseId": toolUseId } }),
    };
    const result = await client.callTool(params, CallToolResultSchema, {
      timeout: 60_000,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onprogress: ({ message = "" }) => onProgress(message) }),
    });
    return CallToolResultSchema.parse(result);
  };
  const end = async (id: number, signal: NodeJS.Signals) => {
    if (isAlive(id)) process.kill(id, signal);
    await until(`the end of process ${id}`, () => !isAlive(id));
  };

  return {
    pid,
    hostPid,
    stderr,
    tools: async () => (await client.listTools()).tools,
    callRaw,
    async call(tool, input, callOptions) {
      const result = await callRaw(tool, input, callOptions);
      return result.isError ? { error: textOf(result) } : (result.structuredContent as Called);
    },
    kill: (signal) => end(pid, signal),
    killHost: () => end(hostPid, "SIGKILL"),
    async close() {
      // The end of a client's process closes the server's pipes; those of ours are held by this process.
      if (hosted) await Promise.all([end(pid, "SIGTERM"), end(hostPid, "SIGKILL")]);
      await client.close();
      await until(`the end of server ${pid}`, () => !isAlive(pid));
    },
  };
}

/** All text of a result, as the model reads it. */
export function textOf({ content }: CallToolResult): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

function collectLines(stream: Stream, take: (line: string) => void): void {
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(take);
  });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
