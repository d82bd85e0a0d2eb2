import { BYPASS } from "../../domain/peer.ts";
import {
  HANDING_LEASE,
  type HandedQuestion,
  type HandedReply,
  REMINDER_LIMIT,
  type Receipt,
} from "../../domain/question.ts";
import type { Mail, TakeRequest } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS, REPLY_UNTAKEN, UNSEEN_REPLIES, UNSEEN_REPLY, UNTAKEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import type { Row } from "./driver.ts";
import { expire } from "./expiry.ts";
import { idList, nameIn, text } from "./rows.ts";
import { settleWake } from "./wakes.ts";

const DUE: Readonly<Record<TakeRequest["questions"], string>> = {
  new: "state = 'pending'",
  open: OPEN,
  due: `(state = 'pending' OR state = 'shown' AND NOT unheard AND reminders < ${REMINDER_LIMIT})`,
};

/**
 * What waits for a peer. A look without the write lock comes first: most hooks find nothing, and must not queue up
 * behind a writer to learn that.
 */
export function take(db: Database, request: TakeRequest): Mail {
  if (!hasMail(db, request))
    return { questions: [], replies: [], more: 0, receipt: receiptFor(request.peer) };
  return db.write(() => {
    expire(db, request.now);
    const { questions, more, receipt } = takeQuestions(db, request);
    const replies = takeReplies(db, { ...request, ids: undefined, receipt });
    return { questions, replies: replies.replies, more: more + replies.more, receipt };
  });
}

function hasMail(db: Database, { peer, questions }: TakeRequest): boolean {
  const row = db.get(
    `SELECT EXISTS (SELECT 1 FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND ${DUE[questions]})
         OR EXISTS (SELECT 1 FROM ${UNSEEN_REPLIES} WHERE asker = :peer AND ${UNSEEN_REPLY}) AS found`,
    { peer },
  );
  return row?.["found"] === 1;
}

/** The token needs to be unique, not secret: a process and a moment of its own clock. */
function receiptFor(peer: number, reminds = false): Receipt {
  return { peer, token: `${process.pid}-${process.hrtime.bigint()}`, reminds };
}

/** How many questions wait for a peer that nobody has shown or is about to show it. */
export function newQuestions(db: Database, peer: number, now: number): number {
  const row = db.get(
    `SELECT count(*) AS n FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND ${DUE.new} AND ${UNTAKEN}`,
    { peer, lapsed: now - HANDING_LEASE },
  );
  return Number(row?.["n"]);
}

interface TakenQuestions {
  readonly questions: HandedQuestion[];
  readonly more: number;
  readonly receipt: Receipt;
}

export function takeQuestions(db: Database, request: TakeRequest): TakenQuestions {
  const { peer, limit, now } = request;
  const receipt = receiptFor(peer, request.questions === "due");
  const waiting = `recipient = :peer AND ${OPEN} AND ${DUE[request.questions]} AND ${UNTAKEN}`;
  const lapsed = now - HANDING_LEASE;
  const taken = db.all(
    `SELECT questions.id, peers.name, body, state, asked_at, questions.expires_at, handing, abandoned,
       coalesce(permission_mode, '') <> :bypass AND
         (SELECT permission_mode FROM peers WHERE id = :peer) IS :bypass AS unguarded
     FROM ${OPEN_QUESTIONS} JOIN peers ON peers.id = asker
     WHERE ${waiting} ORDER BY state = 'shown', questions.id LIMIT :limit`,
    { peer, bypass: BYPASS, lapsed, limit },
  );
  // Counted alone: thousands may wait, and their bodies are long.
  const more =
    taken.length < limit
      ? 0
      : Number(
          db.get(`SELECT count(*) AS n FROM ${OPEN_QUESTIONS} WHERE ${waiting}`, { peer, lapsed })?.["n"],
        ) - limit;
  if (taken.length > 0) {
    db.run(
      `UPDATE questions SET handing = :token, handed_at = :now WHERE id IN (SELECT value FROM json_each(:ids))`,
      { token: receipt.token, now, ids: idList(taken.map((row) => Number(row["id"]))) },
    );
  }
  return { questions: taken.map(toHandedQuestion), more, receipt };
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
  readonly now: number;
  readonly receipt?: Receipt;
}

interface TakenReplies {
  readonly replies: HandedReply[];
  readonly more: number;
  readonly receipt: Receipt;
}

export function takeReplies(db: Database, request: TakeReplies): TakenReplies {
  const { peer, now, receipt = receiptFor(peer) } = request;
  const rows = db.all(
    `SELECT questions.id, peers.name, body, answer, state, closed_at, reply_handing
     FROM ${UNSEEN_REPLIES} JOIN peers ON peers.id = recipient
     WHERE asker = :peer AND ${UNSEEN_REPLY} AND ${REPLY_UNTAKEN}
       AND (:ids IS NULL OR questions.id IN (SELECT value FROM json_each(:ids)))
       AND (:ids IS NOT NULL OR NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id))
     ORDER BY questions.id`,
    { peer, ids: request.ids ?? null, lapsed: now - HANDING_LEASE },
  );
  const taken = rows.slice(0, request.limit ?? rows.length);
  if (taken.length > 0) {
    db.run(
      `UPDATE questions SET reply_handing = :token, reply_handed_at = :now
       WHERE id IN (SELECT value FROM json_each(:ids))`,
      { token: receipt.token, now, ids: idList(taken.map((row) => Number(row["id"]))) },
    );
  }
  return { replies: taken.map(toHandedReply), more: rows.length - taken.length, receipt };
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

export function confirm(
  db: Database,
  { peer, token, reminds, answers = [], unheard, tentative }: Receipt,
  now: number,
): number[] {
  return db.write(() => {
    const ids = idList(answers);
    const others = [
      ...db.all("SELECT asker AS other FROM questions WHERE handing = :token AND +recipient = :peer", {
        token,
        peer,
      }),
      ...db.all(`SELECT recipient AS other FROM questions WHERE ${READ}`, { token, peer, ids }),
    ];
    db.run(
      `UPDATE questions SET reminders = reminders + CASE state WHEN 'shown' THEN :reminds ELSE 0 END,
         state = CASE state WHEN 'pending' THEN 'shown' ELSE state END,
         shown_at = coalesce(shown_at, :now), unheard = :unheard, handing = NULL
       WHERE handing = :token AND +recipient = :peer`,
      { token, peer, reminds: reminds ? 1 : 0, unheard: unheard ? 1 : 0, now },
    );
    db.run(
      `UPDATE questions SET reply_shown_at = :now, reply_handing = NULL, reply_tentative = :tentative
       WHERE ${READ}`,
      { token, peer, ids, now, tentative: tentative ? 1 : 0 },
    );
    if (others.length > 0) settleWake(db, peer, now);
    return [...new Set(others.map((row) => Number(row["other"])))];
  });
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
