import type { Play, Step } from "./play.ts";

/** Hooks and calls take what waits, and write it, or do not, or die. */
export function inboxSteps({ stage, ledger, random, anyone, keep, draw }: Play): Step[] {
  const { store, clock, take } = stage;
  return [
    {
      weight: 14,
      async run() {
        const peer = anyone();
        const which = random.pick(["new", "open", "due"] as const);
        if (peer === undefined || which === undefined) return;
        const mail = await take(peer, which, 1 + random.whole(4));
        ledger.handedQuestions(peer.id, mail.questions, mail.receipt);
        ledger.handedReplies(mail.replies, mail.receipt);
        keep(mail.receipt);
      },
    },
    {
      weight: 16,
      async run() {
        const receipt = draw();
        if (receipt === undefined) return;
        await store.confirm(receipt, clock.now);
        ledger.confirmed(receipt);
      },
    },
    {
      weight: 3,
      async run() {
        const receipt = draw();
        if (receipt === undefined) return;
        await store.release(receipt);
        ledger.released(receipt);
      },
    },
  ];
}
