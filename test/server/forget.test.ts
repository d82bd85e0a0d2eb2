import assert from "node:assert/strict";
import { test } from "node:test";
import { FORGOTTEN_AFTER } from "../../src/domain/question.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

test("a server that starts forgets what was finished 30 days ago, and who was last seen then; nothing else", async (t) => {
  const world = openWorld(t);
  const store = world.store();
  const longAgo = Date.now() - FORGOTTEN_AFTER - 60_000;
  const by = { process: "gone", id: "1" };
  const address = (name: string) => ({
    baseName: name,
    projectPath: `/work/${name}`,
    sessionIsCurrent: true,
  });
  const joined = [];
  for (const name of ["frontend", "backend", "docs"]) {
    joined.push(await store.join({ ...address(name), host: name, sessionId: name, now: longAgo }));
  }
  const [frontend, backend, docs] = joined;
  if (frontend === undefined || backend === undefined || docs === undefined) throw new Error("nobody joined");
  const ask = async (to: string, now: number) => {
    const [asked] = await store.ask({ asker: frontend.id, to: [to], body: "Which port?", by, now });
    return asked?.id ?? 0;
  };
  const old = await ask("backend", longAgo);
  await store.reply({ peer: backend.id, question: old, answer: "8080", decline: false, now: longAgo });
  const young = await ask("docs", Date.now());
  await store.reply({ peer: docs.id, question: young, answer: "no", decline: false, now: Date.now() });
  for (const { host } of joined) await store.leave(host ?? "", undefined, longAgo);

  await world.server("infra");
  const left = async () => ({
    questions: (await store.history({ limit: 9, now: Date.now() })).map(({ id }) => id),
    peers: (await store.peers(Date.now())).map(({ name }) => name).sort(),
  });
  await until("only the young question", async () => (await left()).questions.length === 1);
  assert.deepEqual((await left()).questions, [young]);
  // Addresses go when no question is left to go.
  await world.server("infra");
  await until("no backend", async () => !(await left()).peers.includes("backend"));
  assert.deepEqual((await left()).peers, ["docs", "frontend", "infra", "infra-2"]);
});
