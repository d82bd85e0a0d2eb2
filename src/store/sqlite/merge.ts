import type { Peer } from "../../domain/peer.ts";
import { AS_NEW } from "./conditions.ts";
import type { Database } from "./database.ts";
import { inheritNames, noteFormerName } from "./former-names.ts";
import { dropTurn } from "./turns.ts";

/**
 * Makes all that was asked by or of one address belong to another, and removes the first. What they asked each other the
 * second one then asks itself: it is shown that, and answers it or lets it expire.
 */
export function merge(db: Database, from: number, to: number, now: number): void {
  const row = db.get("SELECT name, project_path FROM peers WHERE id = :from", { from });
  if (row !== undefined) {
    inheritNames(db, from, to);
    noteFormerName(db, String(row["name"]), { id: to, projectPath: String(row["project_path"]) }, now);
  }
  // Who had it in hand was the other one's turn.
  dropTurn(db, from);
  // Nobody may wait for the new recipient who was only checked against the old one; the waits look again.
  db.run("DELETE FROM waits WHERE question IN (SELECT id FROM questions WHERE recipient = :from)", { from });
  db.run("UPDATE questions SET asker = :to WHERE asker = :from", { from, to });
  // What the one was shown, the other has never seen.
  db.run(`UPDATE questions SET recipient = :to, ${AS_NEW} WHERE recipient = :from`, { from, to });
  db.run("DELETE FROM waits WHERE waiter = :from", { from });
  db.run(
    "DELETE FROM waits WHERE waiter = :to AND question IN (SELECT id FROM questions WHERE recipient = :to)",
    {
      to,
    },
  );
  db.run("DELETE FROM peers WHERE id = :from", { from });
}

/** Two addresses change places: each gets the other's name and mail. Waits for either look again. */
export function exchange(db: Database, a: Pick<Peer, "id" | "name">, b: Pick<Peer, "id" | "name">): void {
  const both = { a: a.id, b: b.id };
  for (const { id } of [a, b]) dropTurn(db, id);
  db.run(
    `DELETE FROM waits WHERE waiter IN (:a, :b)
       OR question IN (SELECT id FROM questions WHERE recipient IN (:a, :b))`,
    both,
  );
  for (const end of ["asker", "recipient"]) {
    db.run(`UPDATE questions SET ${end} = :a + :b - ${end} WHERE ${end} IN (:a, :b)`, both);
  }
  const rename = ({ id }: Pick<Peer, "id">, name: string) =>
    db.run("UPDATE peers SET name = :name WHERE id = :id", { id, name });
  // A name stands once in a project, at every moment.
  rename(b, "");
  rename(a, b.name);
  rename(b, a.name);
}
