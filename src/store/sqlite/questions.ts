import { checkReply } from "../../domain/answering.ts";
import { accepts, checkRate, checkRecipient, depthOfAsk, RATE_LIMIT } from "../../domain/asking.ts";
import { MeshError } from "../../domain/errors.ts";
import { nearestNames, type Peer } from "../../domain/peer.ts";
import { EXPIRES_AFTER, HANDING_LEASE } from "../../domain/question.ts";
import type { AskRequest, AskResult, EndRequest, ReplyRequest, ReplyResult } from "../../domain/store.ts";
import { OPEN, OPEN_QUESTIONS, UNTAKEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { expire } from "./expiry.ts";
import { livePeers, peerById, peerByName } from "./peers.ts";
import { idList, nameIn, state, time } from "./rows.ts";
import { endWait, startWait } from "./waiting.ts";

export function ask(db: Database, request: AskRequest): AskResult[] {
  return db.write(() => {
    expire(db, request.now);
    const asker = peerById(db, request.asker);
    return recipients(db, asker, request.to).map((recipient) => askOne(db, request, recipient));
  });
}

function recipients(db: Database, asker: Peer, to: AskRequest["to"]): Peer[] {
  if (to === "*") {
    const live = livePeers(db).filter((peer) => peer.id !== asker.id && accepts(peer, asker));
    if (live.length === 0) throw new MeshError({ kind: "nobody_live" });
    return live;
  }
  return [...new Set(to)].map((name) => {
    const recipient = peerByName(db, name);
    if (recipient === undefined) throw unknownPeer(db, asker.id, name);
    checkRecipient(asker, recipient);
    return recipient;
  });
}

function askOne(db: Database, { asker, body, by, now }: AskRequest, recipient: Peer): AskResult {
  const pair = { asker, recipient: recipient.id };
  const same = db.get(
    `SELECT id FROM ${OPEN_QUESTIONS} WHERE recipient = :recipient AND asker = :asker AND ${OPEN} AND body = :body`,
    { ...pair, body },
  );
  const id = same === undefined ? insert(db, { asker, recipient, body, now }) : Number(same["id"]);
  if (recipient.host !== null) {
    // The recipient's waits end with this step, so no edge leads on from it and no ring can close here.
    db.run("UPDATE waits SET ended = 1 WHERE waiter = :recipient", { recipient: recipient.id });
    startWait(db, id, asker, by);
  }
  return { id, recipient, repeated: same !== undefined };
}

interface NewQuestion {
  readonly asker: number;
  readonly recipient: Peer;
  readonly body: string;
  readonly now: number;
}

function insert(db: Database, { asker, recipient, body, now }: NewQuestion): number {
  const pair = { asker, recipient: recipient.id };
  const earlier = db.get(
    `SELECT asked_at FROM questions WHERE asker = :asker AND recipient = :recipient
     ORDER BY asked_at DESC LIMIT 1 OFFSET :skipped`,
    { ...pair, skipped: RATE_LIMIT - 1 },
  );
  checkRate(recipient, time(earlier?.["asked_at"]) ?? undefined, now);
  const owed = db.all(
    `SELECT id, depth FROM ${OPEN_QUESTIONS} WHERE recipient = :asker AND ${OPEN} AND state = 'shown' ORDER BY id`,
    { asker },
  );
  const depth = depthOfAsk(owed.map((row) => ({ id: Number(row["id"]), depth: Number(row["depth"]) })));
  const row = db.get(
    `INSERT INTO questions (asker, recipient, body, depth, asked_at, expires_at)
     VALUES (:asker, :recipient, :body, :depth, :now, :expires) RETURNING id`,
    { ...pair, body, depth, now, expires: now + EXPIRES_AFTER },
  );
  return Number(row?.["id"]);
}

function unknownPeer(db: Database, asker: number, name: string): MeshError {
  // Who takes no questions is no help.
  const others = db.all(
    `SELECT name, host IS NOT NULL AS live FROM peers WHERE id <> :asker AND accept IS NOT '[]' ORDER BY name`,
    { asker },
  );
  const names = [...new Set(others.map(nameIn))];
  const live = others.filter((row) => row["live"] === 1).map(nameIn);
  return new MeshError({ kind: "unknown_peer", name, near: nearestNames(name, names), live });
}

export function reply(db: Database, request: ReplyRequest): ReplyResult {
  const { peer, question, now } = request;
  return db.write(() => {
    expire(db, now);
    const row = db.get("SELECT asker, recipient, state FROM questions WHERE id = :question", { question });
    checkReply(peer, question, row && { recipient: Number(row["recipient"]), state: state(row["state"]) });
    db.run(
      `UPDATE questions SET state = :state, answer = :answer, closed_at = :now, shown_at = coalesce(shown_at, :now),
         handing = NULL WHERE id = :question`,
      { question, now, state: request.decline ? "declined" : "answered", answer: request.answer },
    );
    const waits = db.get("SELECT 1 FROM waits WHERE question = :question", { question });
    return { asker: peerById(db, Number(row?.["asker"])), awaited: waits !== undefined };
  });
}

export function replyShown(db: Database, question: number): boolean {
  const row = db.get("SELECT reply_shown_at FROM questions WHERE id = :question", { question });
  return row !== undefined && row["reply_shown_at"] !== null;
}

/** Of what no other call waits for, takes back what was not shown, and notes of the rest that nobody waits any more. */
export function cancel(db: Database, { peer, questions, by, now }: EndRequest): number[] {
  const ids = idList(questions);
  return db.write(() => {
    endWait(db, by, ids);
    const mine = `+asker = :peer AND id IN (SELECT value FROM json_each(:ids))
      AND NOT EXISTS (SELECT 1 FROM waits WHERE question = questions.id)`;
    const takenBack = db.all(
      `UPDATE questions SET state = 'cancelled', closed_at = :now
       WHERE ${mine} AND state = 'pending' AND ${UNTAKEN} RETURNING id`,
      { peer, ids, now, lapsed: now - HANDING_LEASE },
    );
    db.run(`UPDATE questions SET abandoned = 1 WHERE ${mine} AND ${OPEN}`, { peer, ids });
    return takenBack.map((row) => Number(row["id"]));
  });
}
