import { attentionLeft, hasAttention } from "../../domain/attention.ts";
import { BYPASS } from "../../domain/peer.ts";
import {
  HANDING_LEASE,
  type HandedQuestion,
  type HandedReply,
  REMINDER_LIMIT,
  type Receipt,
  type Room,
} from "../../domain/question.ts";
import type { Mail, TakeRequest } from "../../domain/store.ts";
import { burdenOf, notePush } from "./attention.ts";
import {
  CALLS,
  OPEN,
  OPEN_QUESTIONS,
  REPLY_UNTAKEN,
  UNSEEN,
  UNSEEN_REPLIES,
  UNSEEN_REPLY,
  UNTAKEN,
} from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";
import { expire } from "./expiry.ts";
import { idList, nameIn, text } from "./rows.ts";
import { dropTurn, TENTATIVE } from "./turns.ts";
import { settleWake } from "./wakes.ts";

const DUE: Readonly<Record<Exclude<TakeRequest["questions"], "none">, string>> = {
  new: UNSEEN,
  open: OPEN,
  due: `(${UNSEEN} OR state = 'shown' AND reminders < ${REMINDER_LIMIT})`,
};

/**
 * What waits for a peer. A look without the write lock comes first: most hooks find nothing, and must not queue up
 * behind a writer to learn that.
 */
export function take(db: Database, request: TakeRequest): Mail {
  const receipt = {
    ...receiptFor(request.peer, request.questions === "due"),
    pushed: request.pushed ?? false,
  };
  if (!hasMail(db, request)) return { ...NOTHING, receipt };
  return db.write(() => {
    expire(db, request.now);
    const room = openRoom(request.room);
    const replies = takeReplies(db, { ...request, ids: undefined, room, receipt });
    const questions = takeQuestions(db, { ...request, room, receipt });
    return mailOf(questions, replies, receipt, request.announceBelow);
  });
}

const NOTHING = { questions: [], replies: [], more: { questions: 0, replies: 0 }, announces: false };

/** What was taken of each kind, as one; what is left is announced if it was not so often before. */
export function mailOf(
  questions: Taken<HandedQuestion>,
  replies: Taken<HandedReply>,
  receipt: Receipt,
  announceBelow = 0,
): Mail {
  const due = ({ left }: Taken<unknown>) =>
    left.filter(({ announced }) => announced < announceBelow).map(({ id }) => id);
  const announced = { questions: due(questions), replies: due(replies) };
  const announces = announced.questions.length + announced.replies.length > 0;
  return {
    questions: questions.taken,
    replies: replies.taken,
    more: {
      questions: questions.left.length + questions.beyond,
      replies: replies.left.length + replies.beyond,
    },
    announces,
    receipt: announces ? { ...receipt, announced } : receipt,
  };
}

function hasMail(db: Database, { peer, questions }: TakeRequest): boolean {
  // A condition that is always false leaves SQLite no plan by the named index: "no query solution".
  const asked =
    questions === "none"
      ? "0"
      : `EXISTS (SELECT 1 FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND ${DUE[questions]})`;
  const row = db.get(
    `SELECT ${asked}
         OR EXISTS (SELECT 1 FROM ${UNSEEN_REPLIES} WHERE asker = :peer AND ${UNSEEN_REPLY}) AS found`,
    { peer },
  );
  return row?.["found"] === 1;
}

export function unseen(db: Database, peer: number, now: number): { questions: number; replies: number } {
  const row = db.get(
    `SELECT (SELECT count(*) FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND ${UNSEEN} AND expires_at > :now)
         AS questions,
       (SELECT count(*) FROM ${UNSEEN_REPLIES} WHERE asker = :peer AND ${UNSEEN_REPLY}
         AND NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id)) AS replies`,
    { peer, now },
  );
  return { questions: Number(row?.["questions"]), replies: Number(row?.["replies"]) };
}

/** The token needs to be unique, not secret: a process and a moment of its own clock. */
export function receiptFor(peer: number, reminds = false): Receipt {
  return { peer, token: `${process.pid}-${process.hrtime.bigint()}`, reminds };
}

/** What is left of a room as texts are put into it. */
export interface OpenRoom {
  /** Puts a text in if it fits: `fits`; `full`, it would fit an empty one; `never`. */
  put(question: string, answer?: string): "fits" | "full" | "never";
}

/** Everything fits where no room is given. */
export function openRoom(room: Room | undefined): OpenRoom {
  if (room === undefined) return { put: () => "fits" };
  let left = room.characters;
  return {
    put(question, answer) {
      const cost = room.cost(question, answer);
      if (cost > room.characters) return "never";
      if (cost > left) return "full";
      left -= cost;
      return "fits";
    },
  };
}

export interface Taken<Item> {
  readonly taken: Item[];
  /** What no room will ever hold, with how often that was said. */
  readonly left: { readonly id: number; readonly announced: number }[];
  /** How many more there are, which come with the next taking. */
  readonly beyond: number;
}

/** How many questions wait for a peer that nobody has shown or is about to show it, and that it has attention for. */
export function newQuestions(db: Database, peer: number, now: number): number {
  const lengths = db.all(
    `SELECT length(body) AS length FROM ${OPEN_QUESTIONS}
     WHERE recipient = :peer AND ${OPEN} AND ${UNSEEN} AND ${UNTAKEN} AND ${CALLS}`,
    { peer, lapsed: now - HANDING_LEASE },
  );
  if (lengths.length === 0) return 0;
  const burden = burdenOf(db, peer, now);
  return lengths.filter((row) => hasAttention(burden, Number(row["length"]))).length;
}

interface TakeQuestions extends Omit<TakeRequest, "room"> {
  readonly room: OpenRoom;
  readonly receipt: Receipt;
}

export function takeQuestions(db: Database, request: TakeQuestions): Taken<HandedQuestion> {
  const { peer, questions, limit, now, room, receipt } = request;
  if (questions === "none") return { taken: [], left: [], beyond: 0 };
  const waiting = `recipient = :peer AND ${OPEN} AND ${DUE[questions]} AND ${UNTAKEN}`;
  const lapsed = now - HANDING_LEASE;
  const all = db.all(
    `SELECT questions.id, length(body) AS length, state = 'shown' AND NOT again AS reminds, announced FROM ${OPEN_QUESTIONS}
     WHERE ${waiting} ORDER BY reminds, questions.id`,
    { peer, lapsed },
  );
  const attention = request.pushed ? attentionLeft(burdenOf(db, peer, now)) : EVERYTHING;
  let { questions: pushes, characters } = attention;
  const taken: Row[] = [];
  const left: { id: number; announced: number }[] = [];
  for (const row of all) {
    if (taken.length >= limit) break;
    const length = Number(row["length"]);
    const reminds = row["reminds"] === 1;
    if (!reminds && (pushes === 0 || length > characters)) continue;
    const whole = readQuestion(db, peer, Number(row["id"]));
    const fit = room.put(String(whole["body"]));
    if (fit === "never") left.push({ id: Number(row["id"]), announced: Number(row["announced"]) });
    if (fit === "full") break;
    if (fit !== "fits") continue;
    taken.push(whole);
    if (!reminds) [pushes, characters] = [pushes - 1, characters - length];
  }
  if (taken.length > 0) {
    db.run(
      `UPDATE questions SET handing = :token, handed_at = :now WHERE id IN (SELECT value FROM json_each(:ids))`,
      { token: receipt.token, now, ids: idList(taken.map((row) => Number(row["id"]))) },
    );
  }
  return {
    taken: taken.map(toHandedQuestion),
    left,
    beyond: all.length - taken.length - left.length,
  };
}

const EVERYTHING = { questions: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

function readQuestion(db: Database, peer: number, id: number): Row {
  const row = db.get(
    `SELECT questions.id, peers.name, body, state, asked_at, questions.expires_at, handing, abandoned,
       coalesce(permission_mode, '') <> :bypass AND
         (SELECT permission_mode FROM peers WHERE id = :peer) IS :bypass AS unguarded
     FROM questions JOIN peers ON peers.id = asker WHERE questions.id = :id`,
    { id, peer, bypass: BYPASS },
  );
  if (row === undefined) throw new Error(`no question ${id}`);
  return row;
}

function toHandedQuestion(row: Row): HandedQuestion {
  return {
    id: Number(row["id"]),
    from: nameIn(row),
    body: String(row["body"]),
    askedAt: Number(row["asked_at"]),
    expiresAt: Number(row["expires_at"]),
    showing: row["state"] === "shown" ? "reminder" : row["handing"] === null ? "first" : "unconfirmed",
    abandoned: row["abandoned"] === 1,
    unguarded: row["unguarded"] === 1,
  };
}

interface TakeReplies {
  readonly peer: number;
  /** Only these questions' replies; all of the peer's where undefined. */
  readonly ids: string | undefined;
  readonly limit?: number;
  readonly room: OpenRoom;
  readonly now: number;
  readonly receipt: Receipt;
}

export function takeReplies(db: Database, request: TakeReplies): Taken<HandedReply> {
  const { peer, now, receipt, room, limit = Number.POSITIVE_INFINITY } = request;
  const all = db.all(
    `SELECT questions.id, peers.name, body, answer, state, closed_at, reply_handing, reply_announced
     FROM ${UNSEEN_REPLIES} JOIN peers ON peers.id = recipient
     WHERE asker = :peer AND ${UNSEEN_REPLY} AND ${REPLY_UNTAKEN}
       AND (:ids IS NULL OR questions.id IN (SELECT value FROM json_each(:ids)))
       AND (:ids IS NOT NULL OR NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id))
     ORDER BY questions.id`,
    { peer, ids: request.ids ?? null, lapsed: now - HANDING_LEASE },
  );
  const taken: Row[] = [];
  const left: { id: number; announced: number }[] = [];
  for (const row of all) {
    if (taken.length >= limit) break;
    const fit = room.put(String(row["body"]), text(row["answer"]) ?? "");
    if (fit === "full") break;
    if (fit === "fits") taken.push(row);
    else left.push({ id: Number(row["id"]), announced: Number(row["reply_announced"]) });
  }
  if (taken.length > 0) {
    db.run(
      `UPDATE questions SET reply_handing = :token, reply_handed_at = :now
       WHERE id IN (SELECT value FROM json_each(:ids))`,
      { token: receipt.token, now, ids: idList(taken.map((row) => Number(row["id"]))) },
    );
  }
  return { taken: taken.map(toHandedReply), left, beyond: all.length - taken.length - left.length };
}

function toHandedReply(row: Row): HandedReply {
  return {
    id: Number(row["id"]),
    from: nameIn(row),
    body: String(row["body"]),
    answer: text(row["answer"]),
    declined: row["state"] === "declined",
    answeredAt: Number(row["closed_at"]),
    showing: row["reply_handing"] === null ? "first" : "unconfirmed",
  };
}

/** The replies in a text that was written. */
const READ = `+asker = :peer AND (reply_handing = :token
    OR id IN (SELECT value FROM json_each(:ids)) AND ${UNSEEN_REPLY})`;

export function confirm(db: Database, receipt: Receipt, now: number): number[] {
  const { peer, token, reminds, answers = [], pushed, announced, tentative, agent = "" } = receipt;
  return db.write(() => {
    const ids = idList(answers);
    const questions = db.all(
      "SELECT asker AS other, length(body) AS length FROM questions WHERE handing = :token AND +recipient = :peer",
      { token, peer },
    );
    // Where it is said that a text waits, the session is made to read it, too.
    const pushes = [...questions, ...lengthsOf(db, announced?.questions ?? [])];
    const characters = pushes.reduce((sum, row) => sum + Number(row["length"]), 0);
    if (pushed && pushes.length > 0) notePush(db, peer, characters, now);
    const others = [
      ...questions,
      ...db.all(`SELECT recipient AS other FROM questions WHERE ${READ}`, { token, peer, ids }),
    ];
    const stays = tentative === undefined ? "0" : "(state = 'pending' OR again)";
    db.run(
      `UPDATE questions SET reminders = reminders + CASE WHEN state = 'shown' AND NOT again THEN :reminds ELSE 0 END,
         state = CASE state WHEN 'pending' THEN 'shown' ELSE state END,
         shown_at = CASE WHEN shown_at IS NULL OR again THEN :now ELSE shown_at END, again = 0,
         handing = NULL
       WHERE handing = :token AND +recipient = :peer AND NOT ${stays}`,
      { token, peer, reminds: reminds ? 1 : 0, now },
    );
    const session = tentative && db.get("SELECT host, activity FROM peers WHERE id = :peer", { peer });
    // In an idle session, what the client keeps for its model starts a turn at once.
    const idle = agent === "" && session?.["activity"] === "idle";
    const way = tentative === "later" && idle ? "next" : tentative;
    const inHand = way === undefined ? 0 : TENTATIVE[way];
    if (inHand > 0) {
      db.run(
        "UPDATE questions SET tentative = :inHand, handed_at = :now WHERE handing = :token AND +recipient = :peer",
        { token, peer, inHand, now },
      );
    }
    db.run(
      `UPDATE questions SET reply_shown_at = :now, reply_handing = NULL, reply_tentative = :inHand,
         reply_agent = :agent WHERE ${READ}`,
      { token, peer, ids, now, inHand, agent },
    );
    if (announced !== undefined) {
      db.run(
        `UPDATE questions SET announced = announced + 1
         WHERE id IN (SELECT value FROM json_each(:ids)) AND +recipient = :peer`,
        { peer, ids: idList(announced.questions) },
      );
      db.run(
        `UPDATE questions SET reply_announced = reply_announced + 1
         WHERE id IN (SELECT value FROM json_each(:ids)) AND +asker = :peer`,
        { peer, ids: idList(announced.replies) },
      );
    }
    // Who is gone by now has no turn.
    if (session?.["host"] === null) dropTurn(db, peer);
    if (others.length > 0 || announced !== undefined) settleWake(db, peer, now);
    return [...new Set(others.map((row) => Number(row["other"])))];
  });
}

function lengthsOf(db: Database, ids: readonly number[]): Row[] {
  if (ids.length === 0) return [];
  return db.all(
    "SELECT length(body) AS length FROM questions WHERE id IN (SELECT value FROM json_each(:ids))",
    {
      ids: idList(ids),
    },
  );
}

export function release(db: Database, { peer, token }: Receipt): void {
  db.write(() => {
    db.run("UPDATE questions SET handing = NULL WHERE handing = :token AND +recipient = :peer", {
      token,
      peer,
    });
    db.run("UPDATE questions SET reply_handing = NULL WHERE reply_handing = :token AND +asker = :peer", {
      token,
      peer,
    });
  });
}
