import type { InboxQuestion } from "../../src/mesh/inbox.ts";
import type { TestServer } from "./server.ts";
import { until } from "./until.ts";

/** The first question that a server's inbox shows, once there is one. */
export async function nextQuestion(server: TestServer): Promise<InboxQuestion> {
  return until("a question in the inbox", async () => (await server.call("poll_inbox")).questions?.[0]);
}

/** Answers the first question that comes, and says what became of the answer. */
export async function answerNext(server: TestServer, answer: string) {
  const { question_id } = await nextQuestion(server);
  return server.call("reply_to_peer", { question_id, answer });
}

/** Until the peer is one that can be asked, as another server sees it. */
export async function seesPeer(server: TestServer, name: string): Promise<void> {
  await until(`${name} among the live peers`, async () => {
    const { peers = [] } = await server.call("list_peers");
    return peers.some((peer) => peer.name === name && peer.status === "active");
  });
}
