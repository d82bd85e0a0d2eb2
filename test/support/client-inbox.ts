import { createServer } from "node:net";
import { join } from "node:path";
import { tempFolder } from "./folder.ts";
import type { Lifetime } from "./lifetime.ts";

export interface ClientInbox {
  /** What a server needs to post to it. */
  readonly env: NodeJS.ProcessEnv;
  readonly token: string;
  /** Each post: the frames of one connection that has ended. */
  readonly posts: Record<string, unknown>[][];
}

/** Plays the inbox socket of a client: takes frames, one a line, and never answers. */
export async function openClientInbox(t: Lifetime): Promise<ClientInbox> {
  const path = join(tempFolder(), "inbox.sock");
  const token = `token-${Math.random().toString(36).slice(2)}`;
  const posts: ClientInbox["posts"] = [];
  const server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.on("error", () => {});
    socket.on("end", () => {
      posts.push(
        text
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line)),
      );
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(async () => void server.close());
  const env = {
    CLAUDE_CODE_MESSAGING_SOCKET: path,
    CLAUDE_CODE_MESSAGING_TOKEN: token,
    CLAUDE_CODE_ENTRYPOINT: "cli",
  };
  return { env, token, posts };
}
