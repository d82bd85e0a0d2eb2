import { openWorld } from "../support/world.ts";
import { growHistory } from "./support/history.ts";
import { openScope } from "./support/scope.ts";

const scope = openScope();
const w = openWorld(scope);
const store = w.store();
const db = w.database();
for (let i = 0; i < 5; i++)
  await store.join({ host: `${i}@1@x`, projectPath: `/w/p${i}`, baseName: `p${i}`, now: Date.now() });
const time = async (l: string, f: () => unknown) => {
  const t: number[] = [];
  for (let i = 0; i < 15; i++) {
    const s = performance.now();
    await f();
    t.push(performance.now() - s);
  }
  t.sort((a, b) => a - b);
  console.log(l, t[7]!.toFixed(2));
};
for (const n of [0, 100000]) {
  growHistory(db, n);
  console.log(n);
  await time("peers", () => store.peers(Date.now()));
  await time("processes", () => store.processes());
  await time("take", () => store.take({ peer: 1, questions: "open", limit: 8, now: Date.now() }));
  await time("peerOf", () => store.peerOf("1@1@x"));
}
console.log(
  db
    .all(
      `EXPLAIN QUERY PLAN SELECT (SELECT count(*) FROM questions WHERE recipient = peers.id AND state IN ('pending', 'shown') AND expires_at > 5) FROM peers`,
    )
    .map((r) => r.detail),
);
await scope.close();
