import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { LINE_LIMIT, readLines } from "./lines.ts";

export interface StdioOptions {
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** A response was written: only then does what it carried count as shown. */
  readonly onResponseWritten: (id: RequestId) => void;
}

/**
 * stdio, a message a line. The SDK's own transport stops listening for good at a line that is too long for it, and
 * leaves whoever sent a message that it cannot understand without an answer; here such a message is answered with an
 * error, and the next one is read. Writing to a pipe is synchronous on Linux and macOS, so a resolved `send` means
 * that the client's end has it.
 */
export function stdioTransport({ stdin, stdout, onResponseWritten }: StdioOptions): Transport {
  const refuse = (code: ErrorCode, message: string, id: RequestId | undefined) => {
    const error = { jsonrpc: "2.0" as const, ...(id === undefined ? {} : { id }), error: { code, message } };
    write(error).catch((cause: Error) => transport.onerror?.(cause));
  };
  const write = (message: JSONRPCMessage) =>
    new Promise<void>((resolve, reject) => {
      const taken = stdout.write(`${JSON.stringify(message)}\n`, (error) =>
        error ? reject(error) : resolve(),
      );
      // A client that sends faster than it reads is read no further; else all answers to it would wait in memory.
      if (taken || stdin.isPaused()) return;
      stdin.pause();
      stdout.once("drain", () => stdin.resume());
    });

  const take = readLines(
    (line) => {
      if (line.trim() === "") return;
      let json: unknown;
      try {
        json = JSON.parse(line);
      } catch {
        return refuse(ErrorCode.ParseError, "this line is no JSON", undefined);
      }
      const { success, data } = JSONRPCMessageSchema.safeParse(json);
      if (success) transport.onmessage?.(data);
      else refuse(ErrorCode.InvalidRequest, "this is no message of the protocol", idOf(json));
    },
    (head, tail) => {
      const message = `a message may have ${LINE_LIMIT} bytes; put the long part into a file and send its path`;
      refuse(ErrorCode.InvalidRequest, message, idOfLong(head, tail));
    },
  );

  const transport: Transport = {
    async start() {
      stdin.on("data", take);
    },
    async send(message) {
      await write(message);
      if ("result" in message) onResponseWritten(message.id);
    },
    async close() {
      stdin.off("data", take);
      transport.onclose?.();
    },
  };
  return transport;
}

/** The id of what may be a call. A response has one, too, but of a call of our own. */
function idOf(json: unknown): RequestId | undefined {
  const isCall = typeof json === "object" && json !== null && "id" in json && "method" in json;
  const id = isCall ? json.id : undefined;
  return typeof id === "string" || Number.isSafeInteger(id) ? (id as RequestId) : undefined;
}

const ID = '"id":\\s*("(?:[^"\\\\]|\\\\.){0,200}"|\\d{1,15})';
/** Clients write a call's id first or last. Within a string, a quote would stand behind a backslash. */
const ID_FIRST = new RegExp(`^\\{\\s*(?:"(?:jsonrpc|method)":\\s*"[^"\\\\]*",\\s*)*${ID}`);
const ID_LAST = new RegExp(`,\\s*${ID}(?:,\\s*"(?:jsonrpc|method)":\\s*"[^"\\\\]*")*\\s*\\}\\s*$`);

/** The id of a call that was too long to be read whole, where it stands at either end. */
function idOfLong(head: string, tail: string): RequestId | undefined {
  const found = ID_FIRST.exec(head)?.[1] ?? ID_LAST.exec(tail)?.[1];
  try {
    return found === undefined ? undefined : (JSON.parse(found) as RequestId);
  } catch {
    return undefined;
  }
}
