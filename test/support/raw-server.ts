import { spawn } from "node:child_process";
import { must, until } from "./until.ts";

export interface RawServer {
  readonly pid: number;
  readonly lines: string[];
  send(message: object): void;
  endInput(): void;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** A server at the other end of bare pipes, for what the MCP client does not show: how it ends, what it writes. */
export async function startRawServer(path: string, env: NodeJS.ProcessEnv, cwd: string): Promise<RawServer> {
  const child = spawn(process.execPath, [path], { env, cwd, stdio: ["pipe", "pipe", "ignore"] });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  const send = (message: object) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
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
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
