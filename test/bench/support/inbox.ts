import { must } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

/**
 * Puts so many questions into a peer's inbox, from many askers, and hands back how to make the first few of them new
 * again, whatever became of them, and the rest closed.
 */
export async function fillInbox(
  world: World,
  name: string,
  count: number,
): Promise<(waiting: number) => void> {
  const store = world.store();
  const now = Date.now();
  for (let n = 0; n < count; n++) {
    const asker = await store.join({
      host: `${n}@1@elsewhere`,
      projectPath: `/work/asker${n}`,
      baseName: `asker${n}`,
      now,
    });
    await store.ask({
      asker: asker.id,
      to: [name],
      body: `Which port do you listen on, and is it the same in the tests? This is number ${n}.`,
      by: { process: "1@1@elsewhere", id: String(n) },
      now,
    });
    await store.leave(must(asker.host), undefined, now);
  }
  const db = world.database();
  const first = Number(db.get("SELECT min(id) AS id FROM questions")?.["id"]);
  return (waiting) =>
    void db.run(
      `UPDATE questions SET shown_at = NULL, handing = NULL, handed_at = NULL, tentative = 0, again = 0, reminders = 0,
         state = CASE WHEN id < :end THEN 'pending' ELSE 'cancelled' END,
         closed_at = CASE WHEN id < :end THEN NULL ELSE asked_at END`,
      { end: first + waiting },
    );
}
