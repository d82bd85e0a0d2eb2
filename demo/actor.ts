/** One session of the demo: a client with its bundled server, and the hook that its host would run. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as v from "valibot";

const ROOT = join(import.meta.dirname, "..");
const SERVER = join(ROOT, "servers/mcp-server.mjs");
const HOOK = join(ROOT, "hooks/inbox-poll.mjs");

const toolResult = v.object({
  status: v.optional(v.string()),
  answer: v.optional(v.string()),
  peers: v.optional(v.array(v.object({ name: v.string(), open_questions: v.number() }))),
});
const content = v.array(v.object({ text: v.optional(v.string(), "") }));
const hookOutput = v.object({ hookSpecificOutput: v.object({ additionalContext: v.string() }) });

export type ToolResult = v.InferOutput<typeof toolResult>;

export interface Actor {
  /** Starts the server; resolves once its peer is in the mesh. */
  start(): Promise<void>;
  /** Fails with the tool's own words where it refuses. */
  call(tool: string, input: Record<string, unknown>): Promise<ToolResult>;
  /** Resolves once so many questions are open for this session. */
  openQuestions(count: number): Promise<void>;
  /** What the UserPromptSubmit hook would put before the model; empty where it says nothing. */
  promptHook(): Promise<string>;
  readonly pid: number | null;
  close(): Promise<void>;
}

export interface ActorOptions {
  readonly name: string;
  readonly project: string;
  readonly dbPath: string;
  readonly log: (text: string) => void;
}

export function makeActor({ name, project, dbPath, log }: ActorOptions): Actor {
  const env = { ...getDefaultEnvironment(), MESH_DB_PATH: dbPath };
  const args = [SERVER];
  const server = new StdioClientTransport({
    command: process.execPath,
    args,
    cwd: project,
    env,
    stderr: "pipe",
  });
  const client = new Client({ name: "claude-mesh-demo", version: "0" });
  server.stderr?.on("data", (chunk: Buffer) => log(chunk.toString("utf8")));

  const call = async (tool: string, input: Record<string, unknown>) => {
    const result = await client.callTool({ name: tool, arguments: input });
    if (result.isError === true)
      throw new Error(
        v
          .parse(content, result.content)
          .map(({ text }) => text)
          .join("\n"),
      );
    return v.parse(toolResult, result.structuredContent);
  };

  return {
    async start() {
      await client.connect(server);
      await call("register", {});
    },
    call,
    async openQuestions(count) {
      for (;;) {
        const { peers = [] } = await call("list_peers", {});
        if (peers.some((peer) => peer.name === name && peer.open_questions >= count)) return;
        await pause(5);
      }
    },
    async promptHook() {
      const input = { hook_event_name: "UserPromptSubmit", session_id: `demo-${name}` };
      // The host says by CLAUDE_PID which session runs the hook. Without a host, the peer is the server's own process.
      const printed = await run(
        HOOK,
        JSON.stringify(input),
        project,
        { ...env, CLAUDE_PID: String(server.pid) },
        log,
      );
      return printed === ""
        ? ""
        : v.parse(hookOutput, JSON.parse(printed)).hookSpecificOutput.additionalContext;
    },
    get pid() {
      return server.pid;
    },
    close: () => client.close(),
  };
}

function run(
  script: string,
  input: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  log: (text: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { cwd, env, timeout: 10_000 });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8").on("data", log);
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`the hook ended with ${code}`)),
    );
    child.stdin.end(input);
  });
}
