import { MeshError } from "../../domain/errors.ts";
import { statusOf } from "../../domain/presence.ts";
import { type Asked, formatId, isOpen, type Receipt, SHOWN_AT_ONCE } from "../../domain/question.ts";
import type { EndedWait, EndRequest, WaitingCall, WaitRequest, WaitState } from "../../domain/store.ts";
import { judgeWait, ringQuestions } from "../../domain/waiting.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";
import { expire } from "./expiry.ts";
import {
  mailOf,
  newQuestions,
  type OpenRoom,
  openRoom,
  receiptFor,
  takeQuestions,
  takeReplies,
} from "./mail.ts";
import { idList, nameIn, SERVING_COLUMNS, state, text, toServing } from "./rows.ts";
import { edges, endWait, standingWaits, startWait } from "./waiting.ts";

interface AskedRow {
  readonly asked: Asked;
  readonly recipient: number;
  /** Only a subagent asked it. */
  readonly bySubagent: boolean;
}

export function wait(db: Database, request: WaitRequest): WaitState {
  const { peer, questions, by, now } = request;
  const ids = idList(questions);
  return db.write(() => {
    expire(db, now);
    const rows = askedRows(db, peer, questions, now);
    const asked = rows.map((row) => row.asked);
    const open = rows.filter((row) => isOpen(row.asked.state));
    const ended = request.continuing && standingWaits(db, by, ids) < open.length;
    const others = open.map((row) => row.recipient).filter((recipient) => recipient !== peer);
    // What an address that became this one was asked by it: only this session can answer that.
    const own = open.filter((row) => row.recipient === peer).map((row) => row.asked.id);
    const ring = [...ringQuestions(peer, others, edges(db)), ...own];
    const verdict = judgeWait({
      need: request.need,
      answered: asked.filter(({ state }) => state === "answered").length,
      open: open.length,
      incoming: newQuestions(db, peer, now),
      owed: owedBy(db, peer).length,
      ended,
      subagent: by.subagent ?? false,
      ring: ring.length,
    });
    if (verdict === "waiting") {
      if (ended || !request.continuing) for (const { asked } of open) startWait(db, asked.id, peer, by);
      return { kind: verdict, asked };
    }
    endWait(db, by, ids);
    if (verdict === "owes") return { kind: verdict, questions: ring };
    const room = openRoom(request.room);
    const receipt = receiptFor(peer);
    const answers = takeAnswers(db, rows, { by, room, receipt, now });
    if (verdict === "settled") return { kind: verdict, ...answers };
    // What is asked of a session is not for its subagent.
    if (by.subagent) return { kind: verdict, ...answers, questions: [], more: 0, owed: [] };
    const taken = takeQuestions(db, {
      peer,
      questions: "new",
      limit: SHOWN_AT_ONCE,
      pushed: true,
      room,
      receipt,
      now,
    });
    const mail = mailOf(taken, { taken: [], left: [], beyond: 0 }, answers.receipt, Number.POSITIVE_INFINITY);
    return {
      kind: verdict,
      asked: answers.asked,
      questions: mail.questions,
      more: mail.more.questions,
      owed: owedBy(db, peer),
      receipt: { ...mail.receipt, pushed: true },
    };
  });
}

export function stopWaiting(db: Database, request: EndRequest): EndedWait {
  const { peer, questions, by, now } = request;
  return db.write(() => {
    expire(db, now);
    endWait(db, by, idList(questions));
    const rows = askedRows(db, peer, questions, now);
    return takeAnswers(db, rows, { by, room: openRoom(request.room), receipt: receiptFor(peer), now });
  });
}

interface TakeAnswers {
  readonly by: WaitingCall;
  readonly room: OpenRoom;
  readonly receipt: Receipt;
  readonly now: number;
}

/**
 * The answers that there are, as far as there is room. A call shows every one of them, also one that a hook of its session
 * has in hand and may never print. To what the session asked, a subagent may read the answer; the session is shown it all
 * the same.
 */
function takeAnswers(
  db: Database,
  rows: readonly AskedRow[],
  { by, room, receipt, now }: TakeAnswers,
): EndedWait {
  const held = rows.map(({ asked, bySubagent }) => {
    const fits = asked.answer === null || room.put("", asked.answer) === "fits";
    return { asked: fits ? asked : { ...asked, answer: null, tooLong: true }, bySubagent };
  });
  const shown = held.filter(({ asked, bySubagent }) => asked.answer !== null && (bySubagent || !by.subagent));
  const answers = shown.map(({ asked }) => asked.id);
  takeReplies(db, { peer: receipt.peer, ids: idList(answers), room: openRoom(undefined), receipt, now });
  return { asked: held.map(({ asked }) => asked), receipt: { ...receipt, answers } };
}

function askedRows(db: Database, peer: number, questions: readonly number[], now: number): AskedRow[] {
  const rows = db.all(
    `SELECT questions.id, asker, recipient, state, answer, tentative, by_subagent, peers.name, ${SERVING_COLUMNS}
     FROM questions JOIN peers ON peers.id = recipient WHERE questions.id IN (SELECT value FROM json_each(:ids))`,
    { ids: idList(questions) },
  );
  return questions.map((id) => {
    const row = rows.find((candidate) => candidate["id"] === id);
    if (row === undefined) throw new MeshError({ kind: "unknown_question", id: formatId(id) });
    if (row["asker"] !== peer) throw new MeshError({ kind: "not_yours", id: formatId(id), role: "asker" });
    const serving = toServing(row);
    const asked = {
      id,
      to: nameIn(row),
      state: state(row["state"]),
      inHand: row["tentative"] !== 0,
      answer: text(row["answer"]),
      tooLong: false,
      recipient: statusOf(serving, now),
      suspended: serving.suspended,
    };
    return { asked, recipient: Number(row["recipient"]), bySubagent: row["by_subagent"] === 1 };
  });
}

/** What the peer was shown, or is being shown, and has not answered. */
function owedBy(db: Database, peer: number): number[] {
  const rows = db.all(
    `SELECT id FROM ${OPEN_QUESTIONS} WHERE recipient = :peer AND ${OPEN} AND (state = 'shown' OR handing IS NOT NULL) ORDER BY id`,
    { peer },
  );
  return rows.map((row) => Number(row["id"]));
}
