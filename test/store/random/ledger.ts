import assert from "node:assert/strict";
import {
  ARROWS,
  FORGOTTEN_AFTER,
  type HandedQuestion,
  type HandedReply,
  type QuestionState,
  REMINDER_LIMIT,
  type Receipt,
} from "../../../src/domain/question.ts";
import { must } from "../../support/until.ts";
import type { QuestionRow, Stage } from "../stage.ts";
import { makeHandings } from "./handings.ts";
import { assertNoRing } from "./ring.ts";

/** What the test itself knows of every question, to hold the store against. */
export interface Ledger {
  open(): QuestionRow[];
  /** The newest questions, open or closed; those that are closed as they were when they closed. */
  newest(count: number): QuestionRow[];
  /** Whose question it is, and whose to answer: the projects behind the addresses. */
  belongs(question: number, asker: unknown, recipient: unknown): void;
  /** The questions that a project has to answer. */
  openFor(project: unknown): number[];
  /** Asked again of an idle session, a question may be new to it again. */
  askedAgain(question: number): void;
  /** The store took that answer. */
  accept(question: number, answer: string): void;
  handedQuestions(peer: number, questions: readonly HandedQuestion[], receipt: Receipt): void;
  /** Replies taken from the inbox, or that a settled wait hands over for the first time. */
  handedReplies(replies: readonly Pick<HandedReply, "id" | "answer">[], receipt: Receipt): void;
  confirmed(receipt: Receipt): void;
  released(receipt: Receipt): void;
  answerOf(question: number): string | undefined;
  isAnswerOf(question: number, answer: string | null): boolean;
  /** Whether a settled wait hands this answer: it is neither shown nor in another's hands. */
  isReplyFree(question: number): boolean;
  isReplyShown(question: number): boolean;
  /** The questions whose answer the store took, but for those so old that they may be forgotten. */
  answered(): number[];
  checkAfterStep(): Promise<void>;
}

/** @param projectOf the project of an address */
export function makeLedger({ backend, clock }: Stage, projectOf: (peer: number) => unknown): Ledger {
  const questions = new Map<number, QuestionRow>();
  const openIds = new Set<number>();
  const owners = new Map<number, { readonly asker: unknown; readonly recipient: unknown }>();
  const accepted = new Map<number, { readonly answer: string; readonly at: number }>();
  const handings = makeHandings(clock);
  const replyHandings = makeHandings(clock);
  const repliesShown = new Set<number>();
  /** How often each question was brought up again. One that came to another session is new to it: that showing is none. */
  const reminders = new Map<number, number>();
  const remindersOf = (id: number): number => reminders.get(id) ?? 0;
  let newest = 0;

  return {
    open: () => [...openIds].map((id) => must(questions.get(id))),
    newest(count) {
      const ids = Array.from({ length: count }, (_, n) => newest - n);
      return ids.flatMap((id) => questions.get(id) ?? []);
    },
    belongs(question, asker, recipient) {
      if (!owners.has(question)) owners.set(question, { asker, recipient });
    },
    askedAgain: (question) => void reminders.set(question, -1),
    openFor: (project) => [...openIds].filter((id) => owners.get(id)?.recipient === project),
    accept(question, answer) {
      assert.ok(!accepted.has(question), `q${question} took a second answer`);
      accepted.set(question, { answer, at: clock.now });
    },
    handedQuestions(peer, handed, receipt) {
      for (const { id, showing } of handed) {
        const row = must(questions.get(id), `q${id}`);
        assert.equal(row.recipient, peer, `q${id} was handed to another peer`);
        assert.equal(projectOf(peer), owners.get(id)?.recipient, `q${id} was handed to another project`);
        assert.ok(!handings.isHeld(id), `q${id} is in two hands`);
        const expected = row.state === "shown" ? "reminder" : handings.has(id) ? "unconfirmed" : "first";
        assert.equal(showing, expected, `the showing of q${id}`);
        handings.take(id, receipt.token);
        assert.ok(!receipt.reminds || remindersOf(id) < REMINDER_LIMIT, `q${id} is brought up too often`);
      }
    },
    handedReplies(replies, receipt) {
      for (const { id, answer } of replies) {
        assert.equal(answer, accepted.get(id)?.answer, `the answer of q${id}`);
        assert.equal(
          projectOf(receipt.peer),
          owners.get(id)?.asker,
          `the answer of q${id} went to another project`,
        );
        assert.ok(!repliesShown.has(id), `the answer of q${id} is handed twice`);
        assert.ok(!replyHandings.isHeld(id), `the answer of q${id} is in two hands`);
        replyHandings.take(id, receipt.token);
      }
    },
    confirmed({ token, reminds, answers = [] }) {
      for (const id of handings.drop(token)) {
        // A first showing is no reminder; after it the question counts as shown.
        const again = reminds && questions.get(id)?.state === "shown" ? 1 : 0;
        reminders.set(id, remindersOf(id) + again);
      }
      for (const id of replyHandings.drop(token)) repliesShown.add(id);
      for (const id of answers) {
        repliesShown.add(id);
        replyHandings.free(id);
      }
    },
    released({ token }) {
      handings.drop(token);
      replyHandings.drop(token);
    },
    answerOf: (question) => accepted.get(question)?.answer,
    isAnswerOf: (question, answer) => accepted.get(question)?.answer === answer,
    isReplyFree: (question) => !repliesShown.has(question) && !replyHandings.isHeld(question),
    isReplyShown: (question) => repliesShown.has(question),
    answered: () =>
      [...accepted].filter(([, { at }]) => clock.now - at < FORGOTTEN_AFTER).map(([question]) => question),
    async checkAfterStep() {
      const seen = await backend.inspect([...openIds], newest);
      for (const row of seen.questions) {
        const before = questions.get(row.id);
        const state = before?.state ?? "pending";
        assert.ok(isStep(state, row.state), `q${row.id} went from ${state} to ${row.state}`);
        if (before !== undefined && before.recipient !== row.recipient) reminders.set(row.id, -1);
        if (row.answer !== null)
          assert.equal(row.answer, accepted.get(row.id)?.answer, `the answer of q${row.id}`);
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
