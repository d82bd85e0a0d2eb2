import type { Probe, ProbeSeen } from "../../domain/probe.ts";
import type { Database } from "./database.ts";
import { text, time } from "./rows.ts";

/** A test question that nobody came back for is forgotten by the next one (microseconds). */
const FORGOTTEN_AFTER = 60_000_000;

export function probe(db: Database, recipient: number, at: number): number {
  return db.write(() => {
    // The clock starts anew with the machine.
    db.run("DELETE FROM probes WHERE asked_at < :before OR asked_at > :at", {
      before: at - FORGOTTEN_AFTER,
      at,
    });
    const row = db.get("INSERT INTO probes (recipient, asked_at) VALUES (:recipient, :at) RETURNING id", {
      recipient,
      at,
    });
    return Number(row?.["id"]);
  });
}

/** Whether a test question waits for the peer. Takes no lock. */
export function probed(db: Database, recipient: number): boolean {
  const open = "SELECT 1 FROM probes WHERE recipient = :recipient AND answered_at IS NULL";
  return db.get(open, { recipient }) !== undefined;
}

export function answerProbes(
  db: Database,
  recipient: number,
  seen: ProbeSeen,
  answeredAt: () => number,
): void {
  db.write(() =>
    db.run(
      `UPDATE probes SET seen_at = :seenAt, heard_by = :heardBy, way = :way, answered_at = :answeredAt
       WHERE recipient = :recipient AND answered_at IS NULL`,
      { recipient, ...seen, answeredAt: answeredAt() },
    ),
  );
}

/** Takes the test question out once it is answered; undefined while it is not. */
export function collectProbe(db: Database, id: number): Probe | undefined {
  const row = db.get("SELECT * FROM probes WHERE id = :id AND answered_at IS NOT NULL", { id });
  if (row === undefined) return undefined;
  dropProbe(db, id);
  return {
    askedAt: Number(row["asked_at"]),
    seenAt: Number(row["seen_at"]),
    heardBy: row["heard_by"] === "bell" ? "bell" : "poll",
    way: text(row["way"]) ?? "",
    answeredAt: time(row["answered_at"]) ?? 0,
  };
}

export function dropProbe(db: Database, id: number): void {
  db.run("DELETE FROM probes WHERE id = :id", { id });
}
