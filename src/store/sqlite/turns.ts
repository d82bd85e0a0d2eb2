import { ANNOUNCE_LIMIT } from "../../domain/question.ts";
import type { SignDetails } from "../../domain/store.ts";
import { type InHand, SAID, type TurnOutcome, type TurnSign } from "../../domain/turn.ts";
import { AS_NEW, OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";

/** In the columns of that name, where 0 is none. */
export const TENTATIVE: Readonly<Record<InHand, number>> = {
  start: 1,
  end: 2,
  between: 3,
  result: 4,
  later: 5,
  next: 6,
};
const WAYS = Object.keys(TENTATIVE) as InHand[];

/** Those in the list of codes that the sign tells of. */
export const codesOf = (sign: TurnSign): string =>
  `(${WAYS.filter((way) => SAID[sign][way] !== undefined).map((way) => TENTATIVE[way])})`;

/** What turns of a session and of its subagents have in hand, questions and answers. No subagent is shown a question. */
const QUESTIONS = "recipient = :peer AND tentative";
const REPLIES = "asker = :peer AND reply_tentative";

/** The same of one of these turns, or of all where `:agent` is null. */
const OF_QUESTIONS = `WHERE ${QUESTIONS} AND coalesce(:agent, '') = '' AND handed_at < :before AND tentative IN`;
const OF_REPLIES = `WHERE ${REPLIES} AND coalesce(:agent, reply_agent) = reply_agent AND reply_shown_at < :before AND reply_tentative IN`;

/** In a handing that lapsed long ago, so that who shows it next says so. */
const takenBack = (announced: string, replyAnnounced: string): readonly [string, string] => [
  `UPDATE questions SET tentative = 0, handing = 'taken back', handed_at = 0, announced = ${announced} ${OF_QUESTIONS}`,
  `UPDATE questions SET reply_tentative = 0, reply_shown_at = NULL, reply_handing = 'taken back', reply_handed_at = 0,
     reply_announced = ${replyAnnounced} ${OF_REPLIES}`,
];

const moved = (way: InHand): readonly [string, string] => [
  `UPDATE questions SET tentative = ${TENTATIVE[way]} ${OF_QUESTIONS}`,
  `UPDATE questions SET reply_tentative = ${TENTATIVE[way]} ${OF_REPLIES}`,
];

/** What becomes of questions, and of answers, written in certain ways. One that is moved to another way is not moved on. */
const BECOMES: Readonly<Record<TurnOutcome, readonly [string, string]>> = {
  shown: [
    `UPDATE questions SET state = CASE state WHEN 'pending' THEN 'shown' ELSE state END,
       shown_at = CASE WHEN state = 'pending' OR again THEN handed_at ELSE shown_at END, again = 0, tentative = 0,
       handing = NULL ${OF_QUESTIONS}`,
    `UPDATE questions SET reply_tentative = 0 ${OF_REPLIES}`,
  ],
  again: takenBack("announced", "reply_announced"),
  // As one that is too long for a hook and was announced often enough.
  quiet: takenBack(`${ANNOUNCE_LIMIT}`, `${ANNOUNCE_LIMIT}`),
  // Each failure counts as an announcement.
  retry: takenBack("announced + 1", "reply_announced + 1"),
  between: moved("between"),
  next: moved("next"),
};

/** Of the moment: whenever it was written. */
const EVER = Number.MAX_SAFE_INTEGER;

/** A look without the write lock comes first: hardly a turn has anything in hand. */
export function turnSeen(
  db: Database,
  peer: number,
  sign: TurnSign,
  { agent = "", before = EVER, running }: SignDetails = {},
): number[] {
  const rows = db
    .all(
      `SELECT tentative AS code, '' AS agent FROM questions WHERE ${QUESTIONS}
       UNION SELECT reply_tentative, reply_agent FROM questions WHERE ${REPLIES}`,
      { peer },
    )
    .map((row) => ({ code: Number(row["code"]), agent: String(row["agent"]) }));
  const told = WAYS.filter(
    (way) =>
      SAID[sign][way] !== undefined && rows.some((row) => row.agent === agent && row.code === TENTATIVE[way]),
  );
  const ended = rows.map((row) => row.agent).filter((one) => one !== "" && running?.includes(one) === false);
  if (told.length + ended.length === 0) return [];
  return db.write(() => [
    ...settleTurn(db, { peer, agent, before }, sign, told),
    ...ended.flatMap((one) => settleTurn(db, { peer, agent: one, before }, "gone", WAYS)),
  ]);
}

interface Turn {
  readonly peer: number;
  /** Null: all of its session's. */
  readonly agent: string | null;
  readonly before: number;
}

/** The same as part of a step, for what was written in these ways. */
function settleTurn(db: Database, turn: Turn, sign: TurnSign, ways: readonly InHand[]): number[] {
  const others = new Set<number>();
  for (const outcome of Object.keys(BECOMES) as TurnOutcome[]) {
    const codes = ways.filter((way) => SAID[sign][way] === outcome).map((way) => TENTATIVE[way]);
    if (codes.length === 0) continue;
    const [questions, replies] = BECOMES[outcome];
    for (const row of db.all(`${questions} (${codes}) RETURNING asker AS other`, { ...turn }))
      others.add(Number(row["other"]));
    for (const row of db.all(`${replies} (${codes}) RETURNING recipient AS other`, { ...turn }))
      others.add(Number(row["other"]));
  }
  return [...others];
}

/** As part of a step that ends the peer, or gives its mail to another. */
export function dropTurn(db: Database, peer: number): void {
  settleTurn(db, { peer, agent: null, before: EVER }, "gone", WAYS);
}

export function conversationBegins(db: Database, peer: number): void {
  db.run(
    `UPDATE ${OPEN_QUESTIONS} SET ${AS_NEW}
     WHERE recipient = :peer AND ${OPEN} AND state = 'shown' AND NOT again`,
    { peer },
  );
}
