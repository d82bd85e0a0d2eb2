import assert from "node:assert/strict";
import { MeshError } from "../../../src/domain/errors.ts";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE, type Receipt } from "../../../src/domain/question.ts";
import type { WaitState } from "../../../src/domain/store.ts";
import { HOUR, type Stage, serverOf } from "../stage.ts";
import type { Ledger } from "./ledger.ts";
import type { Random } from "./random.ts";

/** Three projects want the name "a", so names move and mail follows its project. */
const PROJECTS = [
  { baseName: "a", projectPath: "/work/a" },
  { baseName: "a", projectPath: "/work/a-worktree" },
  { baseName: "a", projectPath: "/work/other/a" },
  { baseName: "b", projectPath: "/work/b" },
  { baseName: "c", projectPath: "/work/c" },
] as const;

const MOST_SESSIONS = 7;

/** Random steps of random sessions, each noted in the ledger. */
export function makeSteps(
  { store, clock, join, leave, ask, reply, take, wait }: Stage,
  ledger: Ledger,
  random: Random,
) {
  const live = new Map<number, Peer>();
  let receipts: Receipt[] = [];
  const waiting = new Map<number, number[]>();

  const anyone = () => random.pick([...live.values()]);
  const isOver = (peer: Peer) => {
    live.delete(peer.id);
    waiting.delete(peer.id);
    // Its processes end with it: what they took is never confirmed.
    receipts = receipts.filter((receipt) => receipt.peer !== peer.id);
  };
  const noteWait = (peer: Peer, questions: number[], state: WaitState) => {
    if (state.kind === "waiting") waiting.set(peer.id, questions);
    else waiting.delete(peer.id);
    if (state.kind === "interrupted") ledger.handedQuestions(peer.id, state.questions, state.receipt, false);
    if (state.kind === "settled") {
      const answered = state.asked.filter(({ state }) => state === "answered" || state === "declined");
      ledger.handedReplies(answered, state.receipt, false);
      ledger.handedReplies(
        answered.filter(({ id }) => ledger.isReplyFree(id)),
        state.receipt,
        true,
      );
    }
    if (state.kind === "settled" || state.kind === "interrupted") receipts.push(state.receipt);
  };
  const oneOf = (ids: readonly number[]) => {
    const first = random.pick(ids);
    const second = random.chance(0.3) ? random.pick(ids) : undefined;
    return [...new Set([first, second])].filter((id) => id !== undefined);
  };
  const askedBy = (peer: Peer) =>
    [...ledger.questions.values()].slice(-60).filter(({ asker }) => asker === peer.id);
  const takeReceipt = () => receipts.splice(random.whole(receipts.length), 1)[0];

  const steps: Record<string, { readonly weight: number; run(): Promise<unknown> | undefined }> = {
    join: {
      weight: 5,
      async run() {
        if (live.size >= MOST_SESSIONS) return;
        const project = random.pick(PROJECTS);
        if (project === undefined) return;
        const peer = await join(project.baseName, { projectPath: project.projectPath });
        assert.ok(
          ![...live.values()].some(({ name }) => name === peer.name),
          `two live peers are named ${peer.name}`,
        );
        live.set(peer.id, peer);
      },
    },
    leave: {
      weight: 2,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        await leave(peer);
        isOver(peer);
      },
    },
    bury: {
      weight: 1,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        await store.bury([peer.host ?? "", serverOf(peer)], clock.now);
        isOver(peer);
      },
    },
    ask: {
      weight: 17,
      async run() {
        const [from, to] = [anyone(), anyone()];
        if (from === undefined || to === undefined) return;
        const id = await ask(
          from,
          random.pick(["a", "a-2", to.name, to.name]) ?? to.name,
          `body ${random.whole(4)}`,
        );
        waiting.set(from.id, [id]);
      },
    },
    reply: {
      weight: 17,
      async run() {
        const row = random.chance(0.8)
          ? random.pick(ledger.open())
          : random.pick([...ledger.questions.values()].slice(-40));
        const peer = row === undefined || random.chance(0.1) ? anyone() : live.get(row.recipient);
        if (row === undefined || peer === undefined) return;
        const answer = `answer ${random.whole(1_000_000)}`;
        const { asker } = await reply(peer, row.id, answer, random.chance(0.1));
        assert.equal(peer.id, row.recipient, `q${row.id} was answered by another peer`);
        assert.equal(asker.id, row.asker);
        ledger.accept(row.id, answer);
      },
    },
    wait: {
      weight: 8,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        const ids = oneOf(askedBy(peer).map(({ id }) => id));
        if (ids.length > 0) noteWait(peer, ids, await wait(peer, ids));
      },
    },
    look: {
      weight: 12,
      async run() {
        const [id, questions] = random.pick([...waiting]) ?? [];
        const peer = live.get(id ?? 0);
        if (peer === undefined || questions === undefined) return;
        noteWait(peer, questions, await wait(peer, questions, { continuing: true }));
      },
    },
    stop: {
      weight: 3,
      async run() {
        const [id, questions] = random.pick([...waiting]) ?? [];
        if (id === undefined || questions === undefined) return;
        await store.stopWaiting(id, questions);
        waiting.delete(id);
      },
    },
    cancel: {
      weight: 4,
      async run() {
        const [id, questions] = random.pick([...waiting]) ?? [];
        if (id === undefined || questions === undefined) return;
        await store.cancel(id, questions, clock.now);
        waiting.delete(id);
      },
    },
    take: {
      weight: 14,
      async run() {
        const peer = anyone();
        if (peer === undefined) return;
        const which = random.pick(["new", "open", "due"] as const) ?? "new";
        const mail = await take(peer, which, 1 + random.whole(4));
        ledger.handedQuestions(peer.id, mail.questions, mail.receipt, which === "due");
        ledger.handedReplies(mail.replies, mail.receipt, true);
        receipts.push(mail.receipt);
      },
    },
    confirm: {
      weight: 16,
      async run() {
        const receipt = takeReceipt();
        if (receipt === undefined) return;
        await store.confirm(receipt, clock.now);
        ledger.confirmed(receipt);
      },
    },
    release: {
      weight: 3,
      async run() {
        const receipt = takeReceipt();
        if (receipt === undefined) return;
        await store.release(receipt);
        ledger.released(receipt);
      },
    },
    time: {
      weight: 8,
      async run() {
        clock.now += random.chance(0.01) ? 5 * HOUR : random.whole(2 * HANDING_LEASE);
      },
    },
  };
  const bag = Object.values(steps).flatMap((step) => Array.from({ length: step.weight }, () => step));

  return {
    async step() {
      try {
        await random.pick(bag)?.run();
      } catch (error) {
        // A refusal is an outcome like any other; the ledger sees whether it left something behind.
        if (!(error instanceof MeshError)) throw error;
      }
    },
    /** Every session ends, and what was in its hands is in nobody's. */
    async settle() {
      for (const peer of live.values()) await store.bury([peer.host ?? "", serverOf(peer)], clock.now);
      clock.now += HANDING_LEASE;
    },
  };
}
