import { MeshError } from "../../domain/errors.ts";
import { type Asked, formatId, isOpen, SHOWN_AT_ONCE } from "../../domain/question.ts";
import type { EndedWait, EndRequest, WaitRequest, WaitState } from "../../domain/store.ts";
import { judgeWait, ringQuestions } from "../../domain/waiting.ts";
import { OPEN, OPEN_QUESTIONS } from "./conditions.ts";
import type { Database } from "./database.ts";
import { expire } from "./expiry.ts";
import { newQuestions, takeQuestions, takeReplies } from "./mail.ts";
import { idList, nameIn, state, text } from "./rows.ts";
import { edges, endWait, standingWaits, startWait } from "./waiting.ts";

interface AskedRow {
  readonly asked: Asked;
  readonly recipient: number;
}

export function wait(db: Database, request: WaitRequest): WaitState {
  const { peer, questions, by, now } = request;
  const ids = idList(questions);
  return db.write(() => {
    expire(db, now);
    const rows = askedRows(db, peer, questions);
    const asked = rows.map((row) => row.asked);
    const open = rows.filter((row) => isOpen(row.asked.state));
    const ended = request.continuing && standingWaits(db, by, ids) < open.length;
    const recipients = open.map((row) => row.recipient);
    const ring = ringQuestions(peer, recipients, edges(db));
    const look = judgeWait({
      need: request.need,
      answered: asked.filter(({ state }) => state === "answered").length,
      open: open.length,
      incoming: newQuestions(db, peer, now),
      owed: owedBy(db, peer).length,
      ended,
      ring: ring.length,
    });
    if (look === "waiting") {
      if (ended || !request.continuing) for (const { asked } of open) startWait(db, asked.id, peer, by);
      return { kind: look, asked };
    }
    endWait(db, by, ids);
    if (look === "owes") return { kind: look, questions: ring };
    if (look === "settled")
      return {
        kind: look,
        asked,
        receipt: { ...takeReplies(db, { peer, ids, now }).receipt, answers: idsOfAnswers(asked) },
      };
    const incoming = takeQuestions(db, { peer, questions: "new", limit: SHOWN_AT_ONCE, now });
    takeReplies(db, { peer, ids, now, receipt: incoming.receipt });
    const receipt = { ...incoming.receipt, answers: idsOfAnswers(asked) };
    return { kind: look, asked, owed: owedBy(db, peer), ...incoming, receipt };
  });
}

export function stopWaiting(db: Database, { peer, questions, by, now }: EndRequest): EndedWait {
  const ids = idList(questions);
  return db.write(() => {
    expire(db, now);
    endWait(db, by, ids);
    const asked = askedRows(db, peer, questions).map((row) => row.asked);
    const { receipt } = takeReplies(db, { peer, ids, now });
    return { asked, receipt: { ...receipt, answers: idsOfAnswers(asked) } };
  });
}

/** A call shows every answer that there is to what it waits for, also one that a hook of its session has in hand and may never print. */
function idsOfAnswers(asked: readonly Asked[]): number[] {
  return asked.filter(({ answer }) => answer !== null).map(({ id }) => id);
}

function askedRows(db: Database, peer: number, questions: readonly number[]): AskedRow[] {
  const rows = db.all(
    `SELECT questions.id, asker, recipient, state, answer, peers.name, peers.host
     FROM questions JOIN peers ON peers.id = recipient WHERE questions.id IN (SELECT value FROM json_each(:ids))`,
    { ids: idList(questions) },
  );
  return questions.map((id) => {
    const row = rows.find((candidate) => candidate["id"] === id);
    if (row === undefined) throw new MeshError({ kind: "unknown_question", id: formatId(id) });
    if (row["asker"] !== peer) throw new MeshError({ kind: "not_yours", id: formatId(id), role: "asker" });
    const asked = {
      id,
      to: nameIn(row),
      state: state(row["state"]),
      answer: text(row["answer"]),
      recipientLive: row["host"] !== null,
    };
    return { asked, recipient: Number(row["recipient"]) };
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
