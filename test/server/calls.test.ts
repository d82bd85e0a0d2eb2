import assert from "node:assert/strict";
import { test } from "node:test";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { openWorld } from "../support/world.ts";

test("of two calls that wait for the same answer, one is cancelled and the other gets it", async (t) => {
  const world = openWorld(t);
  const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
  await seesPeer(frontend, "backend");
  const stop = new AbortController();
  let waiting = () => {};
  const progressed = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const question = { to: "backend", question: "Which port?" };
  const first = frontend
    .call("ask_peer", question, { signal: stop.signal, onProgress: () => waiting() })
    .catch((error: unknown) => error);
  // Waiting for two seconds already: its question is written.
  await progressed;
  const second = frontend.call("ask_peer", question);
  const { question_id } = await nextQuestion(backend);
  stop.abort();
  assert.ok((await first) instanceof Error);
  assert.equal((await answerNext(backend, "8080")).status, "delivered");
  const { status, question_id: answered, answer } = await second;
  assert.deepEqual([status, answered, answer], ["answered", question_id, "8080"]);
  assert.deepEqual((await frontend.call("poll_inbox")).replies, []);
});
