import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "./until.ts";
import type { World } from "./world.ts";

/** A row of `list_peers`, as far as the tests read it. */
export interface PeerRow {
  readonly name: string;
  readonly project_path: string;
  readonly branch: string | null;
  readonly status: "active" | "unreachable" | "inactive";
  readonly activity: "idle" | "busy" | "asking" | "blocked";
  readonly wake: string | null;
  readonly open_questions: number;
}

/** A peer without Claude Code: the plugin's server with the test itself for a client. */
export interface Observer extends AsyncDisposable {
  /** Calls a tool to its end; resolves with its structured result, rejects with its error text. */
  call(tool: string, input?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  peers(): Promise<PeerRow[]>;
  /** Waits until the row of this peer fits. */
  waitForPeer(name: string, fits: (peer: PeerRow) => boolean, timeoutMs?: number): Promise<PeerRow>;
}

interface Response {
  readonly id?: number;
  readonly result?: {
    readonly isError?: boolean;
    readonly content?: readonly { readonly text?: string }[];
    readonly structuredContent?: Readonly<Record<string, unknown>>;
  };
}

/** Starts it in the world's home: it is the peer `observer`. */
export async function observe({ plugin, client }: World): Promise<Observer> {
  if (plugin === undefined) throw new Error("there is no plugin to observe with");
  const cwd = join(client.root, "observer");
  mkdirSync(cwd, { recursive: true });
  const command = join(plugin, "servers", "mcp-server.mjs");
  const child = spawn(process.execPath, [command], {
    cwd,
    env: client.env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const waiting = new Map<number, (response: Response) => void>();
  createInterface(child.stdout).on("line", (line) => {
    const response = JSON.parse(line) as Response;
    if (response.id !== undefined) waiting.get(response.id)?.(response);
  });
  let sent = 0;
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const request = (method: string, params: object): Promise<Response> => {
    sent += 1;
    const id = sent;
    const { promise, resolve } = Promise.withResolvers<Response>();
    waiting.set(id, resolve);
    send({ id, method, params });
    return promise;
  };
  const clientInfo = { name: "observer", version: "1" };
  await request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  send({ method: "notifications/initialized" });

  const observer: Observer = {
    async call(tool, input = {}) {
      const { result } = await request("tools/call", { name: tool, arguments: input });
      if (result?.isError !== false && result?.structuredContent === undefined) {
        throw new Error(`${tool}: ${result?.content?.[0]?.text ?? "no result"}`);
      }
      return result.structuredContent ?? {};
    },
    async peers() {
      return (await observer.call("list_peers"))["peers"] as PeerRow[];
    },
    async waitForPeer(name, fits, timeoutMs = 20_000) {
      let last: PeerRow[] = [];
      const look = async () => {
        last = await observer.peers();
        return last.find((peer) => peer.name === name && fits(peer));
      };
      return until(look, timeoutMs, () => `no fitting row of ${name}: ${JSON.stringify(last)}`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
  return observer;
}
