import { setTimeout as pause } from "node:timers/promises";
import { HANDING_LEASE } from "../../src/domain/question.ts";
import { type Client, type Field, startClient } from "./client.ts";
import { idsOf } from "./ledger.ts";
import type { Life } from "./session.ts";

/** Rounds of reading and answering after which a quiet mesh has nothing left to say. */
const MOST_ROUNDS = 50;

/**
 * After the last kill: a session of each project starts, takes on every address that its project had, reads all that
 * waits there, and answers it. What was not lost has been delivered after that.
 */
export async function drain(field: Field, lives: readonly Life[]): Promise<void> {
  // What a killed process took to show it may be taken again after the lease.
  await pause(HANDING_LEASE);
  const clients: Client[] = [];
  for (const { folder, name } of lives) {
    const client = await startClient(field, folder, `${name}-last`);
    if (client !== undefined) clients.push(client);
  }
  try {
    for (let round = 0, quiet = 0; quiet < 2 && round < MOST_ROUNDS; round++) {
      await Promise.all(clients.map(takeOnAddresses));
      const mail = await Promise.all(clients.map((client) => readAll(field, client)));
      quiet = mail.includes(true) ? 0 : quiet + 1;
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function takeOnAddresses(client: Client): Promise<void> {
  const list = await client.call("list_peers");
  const mine = list?.peers?.find(({ name }) => name === list.you)?.project_path;
  const asleep = (list?.peers ?? []).filter(
    (peer) => peer.status === "inactive" && peer.project_path === mine,
  );
  for (const { name } of asleep) await client.call("register", { name });
}

/** Whether there was anything new. */
async function readAll({ ledger }: Field, client: Client): Promise<boolean> {
  const inbox = await client.call("poll_inbox");
  const questions = inbox?.questions ?? [];
  for (const { question_id } of questions) {
    const sent = {
      question: question_id,
      answer: `last answer to ${question_id}`,
      outcome: "unknown" as const,
    };
    const reply: (typeof ledger.replies)[number] = sent;
    ledger.replies.push(reply);
    await client.call("reply_to_peer", { question_id, answer: sent.answer }, (called) => {
      reply.outcome = called.status === undefined ? "refused" : "acknowledged";
    });
  }
  return questions.length + (inbox?.replies?.length ?? 0) + idsOf(inbox ?? {}).length > 0;
}
