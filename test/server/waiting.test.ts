import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

async function twoServers(t: TestContext) {
  const world = openWorld(t);
  const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
  await seesPeer(frontend, "backend");
  return { world, frontend, backend };
}

test("a wait over two seconds says who is waited for, in which state, for how long", async (t) => {
  const { frontend, backend } = await twoServers(t);
  const lines: string[] = [];
  const ask = { to: "backend", question: "Which port?" };
  const asking = frontend.call("ask_peer", ask, { onProgress: (line) => lines.push(line) });
  await until("the first word", () => lines[0]);
  assert.match(must(lines[0]), /^backend has not been shown q1 yet · [2-9] s$/);
  await nextQuestion(backend);
  await until("word of the showing", () => lines.find((line) => line.startsWith("backend was shown q1 · ")));
  await answerNext(backend, "8080");
  assert.equal((await asking).answer, "8080");
});

describe("a cancelled call", { concurrency: 4 }, () => {
  test("takes back a question that nobody saw", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const abort = new AbortController();
    const call = frontend.call(
      "ask_peer",
      { to: "backend", question: "Which port?" },
      { signal: abort.signal },
    );
    await isAsked(frontend, 1);
    abort.abort();
    await assert.rejects(call);
    await isAsked(frontend, 0);
    assert.deepEqual((await backend.call("poll_inbox")).questions, []);
    assert.match(
      (await backend.call("reply_to_peer", { question_id: "q1", answer: "x" })).error ?? "",
      /taken back/,
    );
  });

  test("leaves open what another call asked, and its answer comes to the inbox", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const ask = { to: "backend", question: "Which port?", timeout_seconds: 1 };
    const { question_id, hint } = await frontend.call("ask_peer", ask);
    assert.match(hint ?? "", /stays open.*a late answer comes to your inbox/);
    const abort = new AbortController();
    const call = frontend.call("await_reply", { question_id }, { signal: abort.signal });
    await isAsking(backend, true);
    abort.abort();
    await assert.rejects(call);
    await isAsking(backend, false);
    assert.deepEqual(
      (await backend.call("poll_inbox")).questions?.map(({ question_id }) => question_id),
      [question_id],
    );
    assert.equal((await backend.call("reply_to_peer", { question_id, answer: "8080" })).status, "queued");
    assert.equal((await frontend.call("poll_inbox")).replies?.[0]?.answer, "8080");
  });

  test("leaves a shown question open, marked, and its answer comes to the inbox", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const abort = new AbortController();
    const call = frontend.call(
      "ask_peer",
      { to: "backend", question: "Which port?" },
      { signal: abort.signal },
    );
    const { question_id } = await nextQuestion(backend);
    abort.abort();
    await assert.rejects(call);
    await isAsking(backend, false);
    assert.equal((await backend.call("reply_to_peer", { question_id, answer: "8080" })).status, "queued");
    assert.equal((await frontend.call("poll_inbox")).replies?.[0]?.answer, "8080");
  });
});

/** Until frontend waits, or does not. */
async function isAsking(
  backend: Awaited<ReturnType<typeof twoServers>>["backend"],
  asking: boolean,
): Promise<void> {
  await until(asking ? "the wait" : "the end of the wait", async () => {
    const { peers = [] } = await backend.call("list_peers");
    return peers.some(({ name, activity }) => name === "frontend" && (activity === "asking") === asking);
  });
}

/** Until so many questions are open for backend. */
async function isAsked(
  server: Awaited<ReturnType<typeof twoServers>>["frontend"],
  count: number,
): Promise<void> {
  await until(`${count} open questions`, async () => {
    const { peers = [] } = await server.call("list_peers");
    return peers.some(({ name, open_questions }) => name === "backend" && open_questions === count);
  });
}
