import { checkReply } from "../../domain/answering.ts";
import { accepts, checkRecipient, checkUnread, depthOfAsk, unknownPeer } from "../../domain/asking.ts";
import { hasAttention } from "../../domain/attention.ts";
import { MeshError } from "../../domain/errors.ts";
import { guestPlace, type Peer, placeOf, takesQuestions } from "../../domain/peer.ts";
import { statusOf } from "../../domain/presence.ts";
import { EXPIRES_AFTER, HANDING_LEASE } from "../../domain/question.ts";
import type {
  AskRequest,
  AskResult,
  EndRequest,
  ReplyRequest,
  ReplyResult,
  WaitingCall,
} from "../../domain/store.ts";
import { ringQuestions } from "../../domain/waiting.ts";
import { burdenOf } from "./attention.ts";
import { AS_NEW, OPEN, OPEN_QUESTIONS, UNSEEN, UNTAKEN } from "./conditions.ts";
import type { Database } from "./database.ts";
import { expire } from "./expiry.ts";
import { livePeers, nameNow, peerById, peerByName } from "./peers.ts";
import { idList, PEER_COLUMNS, state, text, toPeer } from "./rows.ts";
import { TENTATIVE } from "./turns.ts";
import { edges, endSessionWaits, endWait, endWaitsOf, startWait } from "./waiting.ts";

export function ask(db: Database, request: AskRequest): AskResult[] {
  return db.write(() => {
    expire(db, request.now);
    const asker = peerById(db, request.asker);
    return recipients(db, asker, request).map((recipient) => askOne(db, request, asker, recipient));
  });
}

function recipients(db: Database, asker: Peer, { to, now }: AskRequest): Peer[] {
  if (to === "*") {
    const live = livePeers(db).filter(
      (peer) => peer.id !== asker.id && accepts(peer, asker) && statusOf(peer, now) === "active",
    );
    if (live.length === 0) throw new MeshError({ kind: "nobody_live" });
    return live;
  }
  return [...new Set(to)].map((name) => {
    const recipient = peerByName(db, name);
    if (recipient === undefined) throw refuseUnknown(db, asker.id, name, now);
    checkRecipient(asker, recipient);
    return recipient;
  });
}

function askOne(
  db: Database,
  { body, by, now, idle = isMarkedIdle }: AskRequest,
  asker: Peer,
  recipient: Peer,
): AskResult {
  const pair = { asker: asker.id, recipient: recipient.id };
  const same = db.get(
    `SELECT id, ${UNSEEN} AS unseen FROM ${OPEN_QUESTIONS}
     WHERE recipient = :recipient AND asker = :asker AND ${OPEN} AND body = :body`,
    { ...pair, body },
  );
  const id = same === undefined ? insert(db, { asker, recipient, body, by, now }) : Number(same["id"]);
  if (same !== undefined && !by.subagent)
    db.run("UPDATE questions SET by_subagent = 0 WHERE id = :id AND by_subagent", { id });
  // Who has as much as it can read is not disturbed, and so not waited for: a wait for it might close a ring.
  const heeds = hasAttention(burdenOf(db, recipient.id, now), body.length);
  const waits = heeds && statusOf(recipient, now) === "active";
  // Who was shown it and is at work may yet answer. Who is idle has left it, and nothing else would bring it up.
  const known = same !== undefined && same["unseen"] !== 1;
  const left = same !== undefined && idle(recipient);
  if (left && heeds) db.run(`UPDATE questions SET ${AS_NEW} WHERE id = :id`, { id });
  if (waits) {
    // The recipient's waits end with this step: no edge leads on from it, and no ring can close here. A subagent's goes on,
    // for the session is free to answer; and so do all of one that is at work and was shown the question before.
    if (!known || left) endSessionWaits(db, recipient.id);
    // But none goes on that leads back to the asker.
    const ring = ringQuestions(asker.id, [recipient.id], edges(db));
    if (ring.length > 0) endWaitsOf(db, recipient.id);
    startWait(db, id, asker.id, by);
  }
  return { id, recipient, repeated: same !== undefined, waits };
}

function isMarkedIdle({ activity }: Peer): boolean {
  return activity === "idle";
}

interface NewQuestion {
  readonly asker: Peer;
  readonly recipient: Peer;
  readonly body: string;
  readonly by: WaitingCall;
  readonly now: number;
}

function insert(db: Database, { asker, recipient, body, by, now }: NewQuestion): number {
  const pair = { asker: asker.id, recipient: recipient.id };
  checkUnread(recipient, unreadOf(db, asker, recipient));
  const depth = depthOfAsk(asker.id, edges(db));
  const row = db.get(
    `INSERT INTO questions (asker, recipient, body, depth, by_subagent, asked_at, expires_at)
     VALUES (:asker, :recipient, :body, :depth, :subagent, :now, :expires) RETURNING id`,
    { ...pair, body, depth, subagent: by.subagent ? 1 : 0, now, expires: now + EXPIRES_AFTER },
  );
  return Number(row?.["id"]);
}

/** How many questions wait for the recipient that nobody has read: of the asker's project, and in all. */
function unreadOf(db: Database, asker: Peer, recipient: Peer): { ofProject: number; inAll: number } {
  const { folder } = placeOf(asker);
  const row = db.get(
    `SELECT count(*) AS in_all, coalesce(sum(project_path IN (:folder, :terminal, :run)), 0) AS of_project
     FROM ${OPEN_QUESTIONS} JOIN peers ON peers.id = asker
     WHERE recipient = :recipient AND ${OPEN} AND state = 'pending'`,
    {
      recipient: recipient.id,
      folder,
      terminal: guestPlace("terminal", folder),
      run: guestPlace("run", folder),
    },
  );
  return { ofProject: Number(row?.["of_project"]), inAll: Number(row?.["in_all"]) };
}

/** So many peers without a session are looked through for a name like a mistyped one. */
const ABSENT_COMPARED = 200;

function refuseUnknown(db: Database, asker: number, name: string, now: number): MeshError {
  const absent = db.all(
    `SELECT ${PEER_COLUMNS} FROM peers WHERE host IS NULL AND accept IS NOT '[]'
     ORDER BY last_seen_at DESC LIMIT :compared`,
    { compared: ABSENT_COMPARED },
  );
  // Who takes no questions is no help.
  const others = [...livePeers(db), ...absent.map(toPeer)].filter(
    (peer) => peer.id !== asker && takesQuestions(peer),
  );
  return unknownPeer(name, others, nameNow(db, name), now);
}

export function reply(db: Database, request: ReplyRequest): ReplyResult {
  const { peer, question, now } = request;
  return db.write(() => {
    expire(db, now);
    const row = db.get("SELECT asker, recipient, state, answer FROM questions WHERE id = :question", {
      question,
    });
    const found = row && {
      recipient: Number(row["recipient"]),
      state: state(row["state"]),
      answer: text(row["answer"]),
    };
    if (checkReply(peer, question, found, request) === "new")
      db.run(
        `UPDATE questions SET state = :state, answer = :answer, closed_at = :now, shown_at = coalesce(shown_at, :now),
           handing = NULL WHERE id = :question`,
        { question, now, state: request.decline ? "declined" : "answered", answer: request.answer },
      );
    const waits = db.get("SELECT 1 FROM waits WHERE question = :question", { question });
    return { asker: peerById(db, Number(row?.["asker"])), awaited: waits !== undefined };
  });
}

export function replyShown(db: Database, question: number): "shown" | "later" | undefined {
  const row = db.get(
    "SELECT reply_tentative FROM questions WHERE id = :question AND reply_shown_at IS NOT NULL",
    { question },
  );
  switch (row?.["reply_tentative"]) {
    case 0:
    case TENTATIVE.between:
      return "shown";
    case TENTATIVE.later:
      return "later";
    default:
      return undefined;
  }
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
