import type { Database } from "./database.ts";

/** Notes that a hook of the event ran, once a minute. The look without the write lock comes first: most find a fresh note. */
export function sight(db: Database, event: string, now: number): void {
  const note = { event, now };
  if (!db.get("SELECT 1 FROM sightings WHERE event = :event AND seen_at > :now - 60000", note))
    db.run("REPLACE INTO sightings VALUES (:event, :now)", note);
}
