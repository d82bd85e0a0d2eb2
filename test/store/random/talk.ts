import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import type { Asked, Receipt } from "../../../src/domain/question.ts";
import type { EndRequest, WaitingCall, WaitState } from "../../../src/domain/store.ts";
import { endOf, idsOf } from "../stage.ts";
import type { Play, Step, Waiting } from "./play.ts";

/** Sessions ask, wait, answer and give up. */
export function talkSteps(play: Play): Step[] {
  const { stage, ledger, random, live, waiting, anyone } = play;
  const { store, askAll, reply, wait, backend } = stage;
  const aWait = () => random.pick([...waiting.values()]);
  const oneToAll = (peer: Peer, by: WaitingCall, questions: readonly number[]): Waiting => ({
    peer,
    by,
    questions,
    need: random.chance(0.6) ? questions.length : 1 + random.whole(questions.length),
  });

  return [
    {
      weight: 17,
      async run() {
        const from = anyone();
        if (from === undefined) return;
        const by = play.call(from);
        const asks = await askAll(from, recipients(play), `body ${random.whole(4)}`, by);
        for (const { id, recipient, repeated } of asks) {
          const { name, projectPath } = recipient;
          // Whoever bears it, the name that is a project's own leads there.
          const path = (await store.findFolder(undefined, "", name)).owner?.path ?? projectPath;
          assert.equal(
            projectPath,
            path,
            `q${id} to ${name} reached another project than the one of that name`,
          );
          ledger.belongs(id, play.projects.get(from.id), play.paths.get(path));
          if (repeated && recipient.activity === "idle") ledger.askedAgain(id);
        }
        const awaited = asks.filter(({ waits }) => waits);
        if (awaited.length > 0) waiting.set(by.id, oneToAll(from, by, idsOf(awaited)));
        const { waits } = await backend.inspect([], Number.MAX_SAFE_INTEGER);
        // What a session at work was shown before ends only those of its waits that would be part of a ring.
        for (const { id, recipient, repeated } of awaited) {
          if (repeated && recipient.activity === "busy") continue;
          assert.ok(!waits.some(({ waiter }) => waiter === recipient.id), `${recipient.name} still waits`);
          const { questions } = await store.unseen(recipient.id, stage.clock.now);
          assert.ok(questions > 0, `q${id} is not to be shown to ${recipient.name}`);
        }
      },
    },
    {
      weight: 17,
      async run() {
        const row = random.chance(0.8) ? random.pick(ledger.open()) : random.pick(ledger.newest(40));
        const peer = row === undefined || random.chance(0.1) ? anyone() : live.get(row.recipient);
        if (row === undefined || peer === undefined) return;
        // Now and then the same again: who lost our word for it says it again, and nothing changes.
        const before = ledger.answerOf(row.id);
        const answer =
          before !== undefined && random.chance(0.3) ? before : `answer ${random.whole(1_000_000)}`;
        const { asker } = await reply(peer, row.id, answer, random.chance(0.1));
        // Of a closed question, both may bear another address by now.
        if (answer === before) return;
        assert.equal(peer.id, row.recipient, `q${row.id} was answered by another peer`);
        assert.equal(asker.id, row.asker);
        ledger.accept(row.id, answer);
      },
    },
    {
      weight: 8,
      async run() {
        const peer = anyone();
        const own = ledger.newest(60).filter(({ asker }) => asker === peer?.id);
        const ids = [
          ...new Set(Array.from({ length: 1 + random.whole(3) }, () => random.pick(idsOf(own)) ?? 0)),
        ];
        if (peer === undefined || own.length === 0) return;
        const by = play.call(peer);
        const call = oneToAll(peer, by, ids);
        await noteWait(play, call, await wait(peer, ids, { by, need: call.need }));
      },
    },
    {
      weight: 12,
      async run() {
        const call = aWait();
        if (call === undefined) return;
        const { peer, by, questions, need } = call;
        await noteWait(play, call, await wait(peer, questions, { by, need, continuing: random.chance(0.8) }));
      },
    },
    {
      weight: 3,
      async run() {
        const found = aWait();
        if (found === undefined) return;
        const { asked, receipt } = await store.stopWaiting(endOfCall(play, found));
        handAnswers(play, asked, receipt);
        waiting.delete(found.by.id);
      },
    },
    {
      weight: 4,
      async run() {
        const found = aWait();
        if (found === undefined) return;
        await store.cancel(endOfCall(play, found));
        waiting.delete(found.by.id);
      },
    },
  ];
}

/** Mostly one, now and then several, or all; some of them sleep or were never there. */
function recipients({ random, anyone }: Play): string[] | "*" {
  if (random.chance(0.05)) return "*";
  const count = random.chance(0.7) ? 1 : 2 + random.whole(2);
  const name = () => (random.chance(0.5) ? anyone()?.name : random.pick(["a", "a-2", "b", "c", "d"])) ?? "a";
  return Array.from({ length: count }, name);
}

function endOfCall({ stage: { clock } }: Play, { peer, questions, by }: Waiting): EndRequest {
  return endOf(peer, questions, clock.now, by);
}

async function noteWait(play: Play, call: Waiting, state: WaitState): Promise<void> {
  const { stage, ledger, random, waiting } = play;
  const { peer, by } = call;
  if (state.kind === "waiting") waiting.set(by.id, call);
  else waiting.delete(by.id);
  if (state.kind === "owes") {
    assert.ok(state.questions.length > 0, "a wait is refused over nothing");
    return;
  }
  const { asked } = state;
  for (const { id, answer } of asked)
    assert.ok(answer === null || ledger.isAnswerOf(id, answer), `the answer of q${id}`);
  assert.equal(
    isEnough(asked, call.need),
    state.kind === "settled",
    `${state.kind} with ${JSON.stringify(asked)}`,
  );
  if (state.kind === "interrupted") {
    assert.ok(state.owed.length + state.more > 0, "a wait is interrupted over nothing");
    ledger.handedQuestions(peer.id, state.questions, state.receipt);
  }
  if (state.kind === "interrupted" || state.kind === "settled") {
    handAnswers(play, asked, state.receipt);
    // Who needed any answer takes the rest back.
    if (state.kind === "settled" && random.chance(0.5)) await stage.store.cancel(endOfCall(play, call));
  }
}

function handAnswers({ ledger, keep }: Play, asked: readonly Asked[], receipt: Receipt): void {
  const answered = asked.filter(({ state }) => state === "answered" || state === "declined");
  ledger.handedReplies(
    answered.filter(({ id }) => ledger.isReplyFree(id)),
    receipt,
  );
  keep(receipt);
}

function isEnough(asked: readonly Asked[], need: number): boolean {
  const open = asked.filter(({ state }) => state === "pending" || state === "shown");
  return open.length === 0 || asked.filter(({ state }) => state === "answered").length >= need;
}
