import type { Database } from "./database.ts";

/** A sighting newer than this is not written again (milliseconds). */
const SEEN_FOR = 60_000;

/** Notes that a hook of the event ran; the look without the write lock comes first, for most hooks find a fresh note. */
export function sight(db: Database, event: string, now: number): void {
  const fresh = "SELECT 1 FROM sightings WHERE event = :event AND seen_at > :since";
  if (!db.get(fresh, { event, since: now - SEEN_FOR }))
    db.run("INSERT OR REPLACE INTO sightings VALUES (:event, :now)", { event, now });
}
