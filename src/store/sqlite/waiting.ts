/** The rows of the waiting graph: which call waits for which question. */
import type { ProcessKey } from "../../domain/peer.ts";
import type { WaitingCall } from "../../domain/store.ts";
import type { WaitEdge } from "../../domain/waiting.ts";
import { OPEN } from "./conditions.ts";
import type { Database } from "./database.ts";

export function startWait(db: Database, question: number, waiter: number, by: WaitingCall): void {
  db.run(
    `INSERT OR REPLACE INTO waits (question, call, waiter, process, subagent)
     VALUES (:question, :call, :waiter, :process, :subagent)`,
    { question, call: by.id, waiter, process: by.process, subagent: by.subagent ? 1 : 0 },
  );
  db.run("UPDATE questions SET abandoned = 0 WHERE id = :question AND abandoned = 1", { question });
}

/** Ends one call's wait. The questions may be waited for by others. */
export function endWait(db: Database, by: WaitingCall, ids: string): void {
  db.run("DELETE FROM waits WHERE call = :call AND question IN (SELECT value FROM json_each(:ids))", {
    call: by.id,
    ids,
  });
}

/** The waits of the session's own calls. */
export function endSessionWaits(db: Database, waiter: number): void {
  db.run("UPDATE waits SET ended = 1 WHERE waiter = :waiter AND NOT subagent", { waiter });
}

/** The waits of all calls, its subagents' as well. */
export function endWaitsOf(db: Database, waiter: number): void {
  db.run("UPDATE waits SET ended = 1 WHERE waiter = :waiter", { waiter });
}

export function dropWaits(db: Database, process: ProcessKey): void {
  db.run("DELETE FROM waits WHERE process = :process", { process });
}

/** How many of the questions the call still waits for. */
export function standingWaits(db: Database, by: WaitingCall, ids: string): number {
  const row = db.get(
    `SELECT count(*) AS n FROM waits JOIN questions ON questions.id = question
     WHERE call = :call AND ${OPEN} AND NOT ended AND question IN (SELECT value FROM json_each(:ids))`,
    { call: by.id, ids },
  );
  return Number(row?.["n"]);
}

export function edges(db: Database): WaitEdge[] {
  return db
    .all(
      `SELECT waiter, recipient, question FROM waits JOIN questions ON questions.id = question
       WHERE ${OPEN} AND NOT ended`,
    )
    .map((row) => ({
      waiter: Number(row["waiter"]),
      recipient: Number(row["recipient"]),
      question: Number(row["question"]),
    }));
}
