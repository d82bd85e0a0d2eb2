import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import type { Stage } from "../stage.ts";
import type { Ledger } from "./ledger.ts";

/** Every peer's next session starts and reads its inbox: each answer that was accepted has then been shown once. */
export async function drain(stage: Stage, ledger: Ledger): Promise<void> {
  const { store, clock, join, take } = stage;
  const read = async (peer: Peer) => {
    const mail = await take(peer, "open", Number.MAX_SAFE_INTEGER);
    ledger.handedReplies(mail.replies, mail.receipt);
    await store.confirm(mail.receipt, clock.now);
    ledger.confirmed(mail.receipt);
  };
  for (let sessions = 0; sessions < 200; sessions++) {
    const sleeper = (await store.peers(clock.now)).find(({ host }) => host === null);
    if (sleeper === undefined) break;
    await read(await join(sleeper.name.replace(/-\d+$/, ""), { projectPath: sleeper.projectPath }));
  }
  // A later start may have taken a sleeper's name, so that its mail came to a session that had read its inbox.
  for (const peer of await store.peers(clock.now)) await read(peer);
  const answered = ledger.answered();
  assert.ok(answered.length > 0, "the run took no answer at all");
  for (const id of answered) {
    assert.ok(ledger.isReplyShown(id), `the answer of q${id} was lost`);
    assert.ok(await store.replyShown(id), `the answer of q${id} does not count as shown`);
  }
}
