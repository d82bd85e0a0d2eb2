import { setTimeout as pause } from "node:timers/promises";
import { HANDING_LEASE } from "../../src/domain/question.ts";
import { type Client, type Field, startClient } from "./client.ts";
import type { SentReply } from "./ledger.ts";
import type { ProjectFolder } from "./project.ts";

/** Rounds of reading and answering after which a quiet mesh has nothing left to say. */
const MOST_ROUNDS = 300;

/**
 * After the last kill: each project's next session starts anew, reads all that waits for it, and answers it. What was not
 * lost has been delivered after that, whatever the project and its sessions were called meanwhile.
 */
export async function drain(field: Field, projects: readonly ProjectFolder[], driver: string): Promise<void> {
  // What a killed process took to show it may be taken again after the lease.
  await pause(HANDING_LEASE);
  const clients: Client[] = [];
  for (const project of projects) {
    const start = { project, path: project.path, session: `${project.key}-last`, driver };
    const client = await startClient(field, start);
    if (client === undefined) continue;
    clients.push(client);
    await client.hook("session-start", "SessionStart", { source: "startup" });
  }
  try {
    for (let round = 0, quiet = 0; quiet < 2 && round < MOST_ROUNDS; round++) {
      const mail = await Promise.all(clients.map((client) => readAll(field, client)));
      quiet = mail.includes(true) ? 0 : quiet + 1;
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Whether there was anything new. */
async function readAll({ ledger }: Field, client: Client): Promise<boolean> {
  const inbox = await client.call("poll_inbox");
  const questions = inbox?.questions ?? [];
  for (const { question_id } of questions) {
    const sent: SentReply = {
      question: question_id,
      answer: `last answer to ${question_id}`,
      outcome: "unknown",
    };
    ledger.replies.push(sent);
    await client.call("reply_to_peer", { question_id, answer: sent.answer }, ({ error }) => {
      sent.outcome = error === undefined ? "acknowledged" : "refused";
    });
  }
  return questions.length + (inbox?.replies?.length ?? 0) + (inbox?.more ?? 0) > 0;
}
