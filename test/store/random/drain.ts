import assert from "node:assert/strict";
import type { Stage } from "../stage.ts";
import type { Ledger } from "./ledger.ts";

/** Every peer's next session starts and reads its inbox: each answer that was accepted has then been shown once. */
export async function drain(stage: Stage, ledger: Ledger): Promise<void> {
  const { store, clock, join, take } = stage;
  for (let sessions = 0; sessions < 200; sessions++) {
    const sleeper = (await store.peers(clock.now)).find(({ host }) => host === null);
    if (sleeper === undefined) break;
    const peer = await join(sleeper.name.replace(/-\d+$/, ""), { projectPath: sleeper.projectPath });
    const mail = await take(peer, "open", Number.MAX_SAFE_INTEGER);
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
