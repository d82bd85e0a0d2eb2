import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";

/**
 * stdio, with a word when a response was written: only then does what it carried count as shown. Writing to a pipe is
 * synchronous on Linux and macOS, so a resolved `send` means that the client's end has it.
 */
export function stdioTransport(onResponseWritten: (id: RequestId) => void): StdioServerTransport {
  const transport = new StdioServerTransport();
  const send = transport.send.bind(transport);
  transport.send = async (message: JSONRPCMessage) => {
    await send(message);
    if ("result" in message) onResponseWritten(message.id);
  };
  return transport;
}
