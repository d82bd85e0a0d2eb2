import assert from "node:assert/strict";
import { idsOf } from "../stage.ts";
import type { Ledger } from "./ledger.ts";
import type { Play, Project } from "./play.ts";
import { joinProject } from "./sessions.ts";

/**
 * Each project's next session starts and reads its inbox: it has all that its project is to answer, and each answer that
 * was accepted has then been shown once.
 */
export async function drain(
  { stage, projects }: Play,
  ledger: Ledger,
  all: readonly Project[],
): Promise<void> {
  const { store, clock, take } = stage;
  for (const project of all) {
    const begins = { sessionIsCurrent: true, begins: "anew" } as const;
    const peer = await joinProject(stage, all, project, { host: `last of ${project.folder}`, ...begins });
    projects.set(peer.id, project);
    const mail = await take(peer, "open", Number.MAX_SAFE_INTEGER);
    const open = ledger.openFor(project).sort((a, b) => a - b);
    assert.deepEqual(
      idsOf(mail.questions).sort((a, b) => a - b),
      open,
      "what the project is to answer",
    );
    ledger.handedReplies(mail.replies, mail.receipt);
    await store.confirm(mail.receipt, clock.now);
    ledger.confirmed(mail.receipt);
  }
  const answered = ledger.answered();
  assert.ok(answered.length > 0, "the run took no answer at all");
  for (const id of answered) {
    assert.ok(ledger.isReplyShown(id), `the answer of q${id} was lost`);
    assert.ok(await store.replyShown(id), `the answer of q${id} does not count as shown`);
  }
}
