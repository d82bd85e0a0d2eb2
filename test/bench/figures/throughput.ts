/** Many sessions that ask each other as fast as they can: how many asks, and whether each got its one answer. */
import { openWorld } from "../../support/world.ts";
import { type Figure, measured } from "../figure.ts";
import { atMost } from "../guard.ts";
import type { Part } from "../part.ts";
import { type Ledger, makeLedger } from "../support/ledger.ts";
import { openSession, type Session } from "../support/session.ts";

/** Seconds that one call waits. */
const WAIT = 10;
/** An ask that stays unanswered for so long after all have ended asking will never be answered (milliseconds). */
const LOST_AFTER = 15_000;
/** The states in which an asker goes on waiting. */
const GOES_ON = new Set(["interrupted", "pending", "timed_out"]);

export const throughput: Part = async ({ quick, scope, say }) => {
  const count = quick ? 16 : 64;
  const seconds = quick ? 6 : 20;
  const world = openWorld(scope);
  say(`starting ${count} servers`);
  const sessions: Session[] = [];
  // A few at a time: all at once would wait for each other's start.
  for (let n = 0; n < count; n += 8) {
    const names = Array.from({ length: Math.min(8, count - n) }, (_, k) => `peer${n + k}`);
    sessions.push(...(await Promise.all(names.map((name) => openSession(scope, world, name)))));
  }
  say(`${count} sessions ask each other for ${seconds} s`);
  const ledger = makeLedger();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let asking = count;
  await Promise.all(
    sessions.map(async (session, n) => {
      await askUntil(end, session, sessions, n, ledger);
      asking -= 1;
      // Who has done asking goes on answering while others ask.
      do await answerAll(session, await session.call("poll_inbox"), ledger);
      while (asking > 0);
    }),
  );
  const wall = (performance.now() - start) / 1_000;
  for (const session of sessions) ledger.left(await session.call("poll_inbox"));

  const { answered, times, lost, doubled, errors } = ledger.sum();
  const figures: Figure[] = [
    {
      part: "throughput",
      what: `${count} sessions ask each other for ${seconds} s`,
      unit: "asks/s",
      n: answered,
      median: answered / wall,
    },
    {
      part: "throughput",
      what: `an ask's way to its answer, ${count} sessions at once`,
      unit: "ms",
      ...measured(times),
    },
    ...[
      { what: "lost questions and answers", median: lost },
      { what: "shown or answered twice", median: doubled },
      { what: "errors, such as a busy file", median: errors.length },
    ].map(
      (one): Figure => ({
        part: "throughput",
        unit: "count",
        n: answered,
        ...one,
        budgets: [{ of: "median", limit: 0 }],
      }),
    ),
  ];
  const faults = [
    ...atMost(0, lost, "lost questions and answers"),
    ...atMost(0, doubled, "questions and answers handed over twice"),
    ...atMost(0, errors.length, `errors (${errors[0] ?? ""})`),
  ];
  return { figures, faults };
};

/** A wait may not begin where the other one waits for this one's answer. */
const OWES = /^You cannot wait now/;

type Called = Awaited<ReturnType<Session["call"]>>;

async function askUntil(end: number, me: Session, sessions: readonly Session[], own: number, ledger: Ledger) {
  for (let n = 0; performance.now() < end; n++) {
    // Another one each time, and another order for each: a pair may ask 30 times a minute.
    const to = sessions[(own + 1 + ((n + own) % (sessions.length - 1))) % sessions.length];
    if (to === undefined) return;
    const question = `question ${n} of ${me.name}`;
    const start = performance.now();
    let result = await me.call("ask_peer", { to: to.name, question, timeout_seconds: WAIT });
    ledger.asked(question, result);
    const { question_id } = result;
    while (question_id !== undefined && (GOES_ON.has(result.status ?? "") || OWES.test(result.error ?? ""))) {
      // What is not answered by now is lost.
      if (performance.now() > end + LOST_AFTER) return;
      await answerAll(me, result.status === "interrupted" ? result : await me.call("poll_inbox"), ledger);
      // An answer may come with the inbox; who asks for it once more is given it once more.
      if (ledger.isHeard(question)) return;
      result = await me.call("await_reply", { question_id, timeout_seconds: WAIT });
    }
    ledger.heard(question, result, result.at - start);
  }
}

async function answerAll(me: Session, { questions = [], replies = [], error }: Called, ledger: Ledger) {
  if (error !== undefined) ledger.failed(error);
  for (const { question, answer } of replies)
    ledger.heard(question, { status: "answered", answer }, undefined);
  for (const { question_id, question, note } of questions) {
    ledger.shown(question, note);
    const replied = await me.call("reply_to_peer", { question_id, answer: `answer to ${question}` });
    if (replied.error !== undefined) ledger.failed(replied.error);
  }
}
