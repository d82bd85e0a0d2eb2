/** From the call of `reply_to_peer` to the result in the asker's hands: two sessions' servers, one file. */
import { setTimeout as pause } from "node:timers/promises";
import { must } from "../../support/until.ts";
import { openWorld, type World } from "../../support/world.ts";
import { type Figure, measured } from "../figure.ts";
import type { Part } from "../part.ts";
import { startHelper } from "../support/helper.ts";
import { openScope, type Scope } from "../support/scope.ts";
import { backdate, openSession, type Session } from "../support/session.ts";

/** A model takes longer than this; by then both servers are at rest (milliseconds). */
const BEFORE_REPLY = 5;
const PEERS_BESIDE = 32;
const WRITERS = 4;
/** Heartbeats of 1,000 idle sessions, by each writer. */
const WRITES_PER_SECOND = 100;

const BUDGETS = [
  { of: "median", limit: 3 },
  { of: "p99", limit: 20 },
] as const;

type Beside = (scope: Scope, world: World) => Promise<void>;

const alone: Beside = async () => {};
const peersBeside: Beside = async (scope, world) => {
  await Promise.all(Array.from({ length: PEERS_BESIDE }, (_, n) => openSession(scope, world, `beside${n}`)));
};
const writersBeside: Beside = async (scope, world) => {
  const args = [world.dbPath, String(WRITES_PER_SECOND)];
  await Promise.all(Array.from({ length: WRITERS }, () => startHelper(scope, "write-load.ts", args)));
};

export const reply: Part = async ({ quick, say }) => {
  const rounds = quick ? 120 : 1_000;
  const figures: Figure[] = [];
  const settings: [string, Beside][] = [
    ["alone", alone],
    [`beside ${PEERS_BESIDE} live peers`, peersBeside],
    [`beside ${WRITERS * WRITES_PER_SECOND} writes/s`, writersBeside],
  ];
  for (const [where, beside] of settings) {
    say(`reply_to_peer to the asker's result, ${where}`);
    figures.push(await replies(where, beside, rounds));
  }
  return { figures };
};

async function replies(where: string, beside: Beside, rounds: number): Promise<Figure> {
  const scope = openScope();
  try {
    const world = openWorld(scope);
    const asker = await openSession(scope, world, "frontend");
    const answerer = await openSession(scope, world, "backend");
    await beside(scope, world);
    const found: { at: number; ids: number[] }[] = [];
    const pollLoop = await startHelper(scope, "poll-loop.ts", [world.dbPath], (line) =>
      found.push(JSON.parse(line) as { at: number; ids: number[] }),
    );
    const forgetRate = backdate(world);

    const times: number[] = [];
    const repliedAt = new Map<number, number>();
    for (let n = 0; n < rounds; n++) {
      if (n % 25 === 0) forgetRate();
      const { id, ms, at } = await round(asker, answerer, n);
      times.push(ms);
      repliedAt.set(id, at);
    }
    // Till it has found the last one, too.
    while (!found.some(({ ids }) => ids.includes(Math.max(...repliedAt.keys())))) await pause(50);
    await pollLoop.close();
    const looped = found.flatMap(({ at, ids }) => ids.map((id) => at - must(repliedAt.get(id))));
    return {
      part: "reply",
      what: `\`reply_to_peer\` → the asker's result, ${where}`,
      unit: "ms",
      ...measured(times),
      yardstick: { what: "a loop that looks once a second", median: measured(looped).median },
      ...(beside === alone ? { budgets: BUDGETS, inChart: "reply → the asker has it" } : {}),
    };
  } finally {
    await scope.close();
  }
}

async function round(asker: Session, answerer: Session, n: number) {
  const asked = asker.call("ask_peer", { to: answerer.name, question: `Which port, ${n}?` });
  let questionId: string | undefined;
  while (questionId === undefined) {
    questionId = (await answerer.call("poll_inbox")).questions?.[0]?.question_id;
  }
  await pause(BEFORE_REPLY);
  const at = Date.now();
  const start = performance.now();
  const replied = answerer.call("reply_to_peer", { question_id: questionId, answer: `808${n}` });
  const result = await asked;
  if (result.answer !== `808${n}`) throw new Error(`not the answer: ${JSON.stringify(result)}`);
  await replied;
  return { id: Number(questionId.slice(1)), ms: result.at - start, at };
}
