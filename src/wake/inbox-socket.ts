import { connect } from "node:net";

/** How long a post may take (milliseconds). */
const POST_WITHIN = 1_000;

export interface InboxSocket {
  readonly path: string;
  /** Lets a process of the session write to its own inbox. Never stored, never logged. */
  readonly token: string;
}

/** Names the socket; there in every process of a session that has one. */
export const SOCKET_VARIABLE = "CLAUDE_CODE_MESSAGING_SOCKET";

/** The session's own inbox, where its client has one (2.1.224 and later). */
export function inboxSocket(env: NodeJS.ProcessEnv): InboxSocket | undefined {
  const path = env[SOCKET_VARIABLE];
  const token = env["CLAUDE_CODE_MESSAGING_TOKEN"];
  return path && token ? { path, token } : undefined;
}

/**
 * Posts one line to the session's own inbox. The frame is undocumented and the client never answers: that this
 * resolves says nothing about whether a turn starts; only a showing does.
 */
export function postToInbox({ path, token }: InboxSocket, text: string): Promise<void> {
  const frames = [
    { type: "auth", token },
    { type: "user", message: { role: "user", content: text } },
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.setTimeout(POST_WITHIN, () => socket.destroy());
    socket.once("error", reject);
    socket.once("close", (failed) => {
      if (!failed) resolve();
    });
    socket.end(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""));
    // The client's end is only noticed while what it sends is read.
    socket.resume();
  });
}
