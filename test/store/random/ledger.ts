import assert from "node:assert/strict";
import {
  ARROWS,
  HANDING_LEASE,
  type HandedQuestion,
  type HandedReply,
  type QuestionState,
  REMINDER_LIMIT,
  type Receipt,
} from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import type { QuestionRow, Stage } from "../stage.ts";

interface Handing {
  readonly token: string;
  readonly at: number;
}

/** What the test itself knows of every question, to hold the store against. */
export interface Ledger {
  /** As they were after the last step; those that are closed as they were when they closed. */
  readonly questions: ReadonlyMap<number, QuestionRow>;
  /** Answers that the store took. */
  readonly accepted: ReadonlyMap<number, string>;
  open(): QuestionRow[];
  accept(question: number, answer: string): void;
  handedQuestions(peer: number, questions: readonly HandedQuestion[], receipt: Receipt, due: boolean): void;
  handedReplies(
    replies: readonly Pick<HandedReply, "id" | "answer">[],
    receipt: Receipt,
    showings: boolean,
  ): void;
  confirmed(receipt: Receipt): void;
  released(receipt: Receipt): void;
  /** Whether a settled wait hands this answer: it is neither shown nor in another's hands. */
  isReplyFree(question: number): boolean;
  repliesShown(): ReadonlySet<number>;
  checkAfterStep(): Promise<void>;
}

export function makeLedger({ backend, clock }: Stage): Ledger {
  const questions = new Map<number, QuestionRow>();
  const openIds = new Set<number>();
  const accepted = new Map<number, string>();
  const handings = new Map<number, Handing>();
  const replyHandings = new Map<number, Handing>();
  const repliesShown = new Set<number>();
  const reminders = new Map<number, number>();
  const remindersOf = new Map<string, number[]>();
  let newest = 0;

  const isHeld = (handing: Handing | undefined) =>
    handing !== undefined && clock.now - handing.at < HANDING_LEASE;
  const drop = (map: Map<number, Handing>, token: string, each: (id: number) => void) => {
    for (const [id, handing] of map) {
      if (handing.token !== token) continue;
      map.delete(id);
      each(id);
    }
  };

  return {
    questions,
    accepted,
    open: () => [...openIds].map((id) => must(questions.get(id))),
    accept(question, answer) {
      assert.ok(!accepted.has(question), `q${question} took a second answer`);
      accepted.set(question, answer);
    },
    handedQuestions(peer, handed, receipt, due) {
      for (const { id, showing } of handed) {
        const row = must(questions.get(id), `q${id}`);
        assert.equal(row.recipient, peer, `q${id} was handed to another peer`);
        assert.ok(!isHeld(handings.get(id)), `q${id} is in two hands`);
        const expected = row.state === "shown" ? "reminder" : handings.has(id) ? "unconfirmed" : "first";
        assert.equal(showing, expected, `the showing of q${id}`);
        handings.set(id, { token: receipt.token, at: clock.now });
        if (!due || row.state !== "shown") continue;
        reminders.set(id, (reminders.get(id) ?? 0) + 1);
        remindersOf.set(receipt.token, [...(remindersOf.get(receipt.token) ?? []), id]);
        assert.ok((reminders.get(id) ?? 0) <= REMINDER_LIMIT, `q${id} is brought up too often`);
      }
    },
    handedReplies(replies, receipt, fresh) {
      for (const { id, answer } of replies) {
        assert.equal(answer, accepted.get(id), `the answer of q${id}`);
        if (!fresh) continue;
        assert.ok(!repliesShown.has(id), `the answer of q${id} is handed twice`);
        assert.ok(!isHeld(replyHandings.get(id)), `the answer of q${id} is in two hands`);
        replyHandings.set(id, { token: receipt.token, at: clock.now });
      }
    },
    confirmed({ token }) {
      drop(handings, token, () => {});
      drop(replyHandings, token, (id) => repliesShown.add(id));
    },
    released({ token }) {
      drop(handings, token, () => {});
      drop(replyHandings, token, () => {});
      for (const id of remindersOf.get(token) ?? []) reminders.set(id, (reminders.get(id) ?? 0) - 1);
      remindersOf.delete(token);
    },
    isReplyFree: (question) => !repliesShown.has(question) && !isHeld(replyHandings.get(question)),
    repliesShown: () => repliesShown,
    async checkAfterStep() {
      const seen = await backend.inspect([...openIds], newest);
      for (const row of seen.questions) {
        const before = questions.get(row.id)?.state ?? "pending";
        assert.ok(isStep(before, row.state), `q${row.id} went from ${before} to ${row.state}`);
        if (row.answer !== null) assert.equal(row.answer, accepted.get(row.id), `the answer of q${row.id}`);
        questions.set(row.id, row);
        newest = Math.max(newest, row.id);
        if (row.state === "pending" || row.state === "shown") openIds.add(row.id);
        else openIds.delete(row.id);
      }
      assertNoRing(seen.waits);
    },
  };
}

/** Who answers a pending question has seen it, so that step passes through shown. */
function isStep(from: QuestionState, to: QuestionState): boolean {
  return from === to || ARROWS[from].includes(to) || (from === "pending" && ARROWS.shown.includes(to));
}

function assertNoRing(waits: readonly { readonly waiter: number; readonly recipient: number }[]): void {
  let left = [...waits];
  for (;;) {
    const waiters = new Set(left.map(({ waiter }) => waiter));
    // Who waits only for peers that wait for nobody is in no ring.
    const next = left.filter(({ recipient }) => waiters.has(recipient));
    if (next.length === left.length) break;
    left = next;
  }
  assert.deepEqual(left, [], "a ring of waiting sessions");
}
