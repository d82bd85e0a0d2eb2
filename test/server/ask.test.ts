import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

async function twoServers(t: TestContext, env: NodeJS.ProcessEnv = {}) {
  const world = openWorld(t);
  const [frontend, backend] = await Promise.all([
    world.server("frontend", { env }),
    world.server("backend", { env }),
  ]);
  await seesPeer(frontend, "backend");
  await seesPeer(backend, "frontend");
  return { world, frontend, backend };
}

describe("ask_peer", { concurrency: 4 }, () => {
  test("blocks until the answer is there, and the answer is delivered", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const asking = frontend.call("ask_peer", { to: "Backend", question: "Which port?" });
    const asked = await nextQuestion(backend);
    assert.deepEqual([asked.from, asked.question], ["frontend", "Which port?"]);
    const reply = await backend.call("reply_to_peer", { question_id: asked.question_id, answer: "8080" });
    assert.deepEqual(reply, { status: "delivered", question_id: asked.question_id, to: "frontend" });
    const { status, question_id, to, answer } = await asking;
    assert.deepEqual([status, question_id, to, answer], ["answered", asked.question_id, "backend", "8080"]);
    assert.deepEqual(
      (await frontend.call("poll_inbox")).replies,
      [],
      "a delivered answer is not shown again",
    );
  });

  test("gives a reason where the question was declined", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    await backend.call("reply_to_peer", { question_id, answer: "ask ops", decline: true });
    const { status, answer } = await asking;
    assert.deepEqual([status, answer], ["declined", "ask ops"]);
  });

  test("times out, is resumed by await_reply, and is answered then", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const first = await frontend.call("ask_peer", {
      to: "backend",
      question: "Which port?",
      timeout_seconds: 1,
    });
    assert.equal(first.status, "timed_out");
    const resumed = frontend.call("await_reply", { question_id: first.question_id });
    assert.equal((await answerNext(backend, "8080")).question_id, first.question_id);
    const { status, answer, question_id } = await resumed;
    assert.deepEqual([status, answer, question_id], ["answered", "8080", first.question_id]);
  });

  test("the same open question again is the same question", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const input = { to: "backend", question: "Which port?", timeout_seconds: 1 };
    const first = await frontend.call("ask_peer", input);
    assert.equal((await frontend.call("ask_peer", input)).question_id, first.question_id);
    assert.equal((await backend.call("poll_inbox")).questions?.length, 1);
  });

  test("returns pending where the host cuts calls before the timeout", async (t) => {
    const { frontend } = await twoServers(t, { MESH_MAX_BLOCK_SECONDS: "1" });
    assert.equal(
      (await frontend.call("ask_peer", { to: "backend", question: "Which port?" })).status,
      "pending",
    );
  });

  test("is queued at once for a peer that sleeps, and its next session has it", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    await backend.close();
    const asked = await frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    assert.equal(asked.status, "queued");
    const again = await frontend.call("await_reply", { question_id: asked.question_id });
    assert.equal(again.status, "queued");
    const next = await world.server("backend");
    assert.equal((await nextQuestion(next)).question_id, asked.question_id);
  });

  test("is interrupted by a question, which is handed over in its fence", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    const mobile = await world.server("mobile");
    await seesPeer(mobile, "frontend");
    const asking = frontend.callRaw("ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    const other = mobile.call("ask_peer", { to: "frontend", question: "Which colour?" });
    const result = await asking;
    const { status, questions, text } = result.structuredContent as Awaited<ReturnType<typeof frontend.call>>;
    const [interrupting] = must(questions);
    assert.deepEqual(
      [status, interrupting?.from, interrupting?.question],
      ["interrupted", "mobile", "Which colour?"],
    );
    assert.match(
      text ?? "",
      /^<peer-question mark="(\w+)" question_id="q\d+" from="mobile"[^]*Which colour\?\n<\/peer-question mark="\1">\n/,
    );
    await frontend.call("reply_to_peer", { question_id: interrupting?.question_id, answer: "blue" });
    assert.equal((await other).answer, "blue");
  });

  test("two that ask each other in the same instant both get their answers", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const ask = (server: typeof frontend, to: string) =>
      server.call("ask_peer", { to, question: `to ${to}`, timeout_seconds: 20 });
    const both = { frontend: ask(frontend, "backend"), backend: ask(backend, "frontend") };
    const settle = async (server: typeof frontend, own: Promise<Awaited<ReturnType<typeof ask>>>) => {
      let result = await own;
      while (result.status === "interrupted") {
        for (const { question_id } of result.questions ?? []) {
          await server.call("reply_to_peer", { question_id, answer: `answered ${question_id}` });
        }
        result = await server.call("await_reply", { question_id: result.question_id, timeout_seconds: 20 });
      }
      // Who was not interrupted has the other's question in its inbox.
      for (const { question_id } of (await server.call("poll_inbox")).questions ?? []) {
        await server.call("reply_to_peer", { question_id, answer: `answered ${question_id}` });
      }
      return result;
    };
    const ends = await Promise.all([settle(frontend, both.frontend), settle(backend, both.backend)]);
    for (const { status, answer, question_id } of ends) {
      assert.deepEqual([status, answer], ["answered", `answered ${question_id}`]);
    }
  });
});

describe("ask_peer refuses", { concurrency: 4 }, () => {
  test("a name that its peer no longer bears, and says the one that it has", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const ask = async () =>
      must((await frontend.call("ask_peer", { to: "b", question: "Which port?" })).error);
    await backend.call("register", { name: "b" });
    await backend.call("register", { name: "bee" });
    assert.equal(await ask(), '"b" is now "bee". Use that name.');
    await backend.close();
    assert.equal(await ask(), '"b" is now "bee". Use that name.');
  });

  test("an unknown peer, with the nearest name and the live ones", async (t) => {
    const { frontend } = await twoServers(t);
    const { error = "" } = await frontend.call("ask_peer", { to: "bakend", question: "x" });
    assert.match(error, /no peer named "bakend".*Did you mean backend\?.*Live peers: backend\./s);
  });

  test("itself, nothing, and too much", async (t) => {
    const { frontend, backend } = await twoServers(t);
    const errorOf = async (to: string, question: string) =>
      (await frontend.call("ask_peer", { to, question })).error ?? "";
    assert.match(await errorOf("frontend", "x"), /this session itself/);
    assert.match(await errorOf("backend", " \n "), /empty/);
    // Bytes count, not characters.
    assert.match(await errorOf("backend", "ä".repeat(32_769)), /65538 bytes.*65536/);
    const { questions } = await backend.call("poll_inbox");
    assert.deepEqual(questions, []);
  });

  test("the thirty-first question that one has not read, and asks the thirty before", async (t) => {
    const { frontend } = await twoServers(t);
    const errors = Array.from({ length: 31 }, (_, n) => {
      const abort = new AbortController();
      t.after(() => abort.abort());
      return frontend
        .call("ask_peer", { to: "backend", question: `question ${n}` }, { signal: abort.signal })
        .then(
          ({ error }) => error,
          () => undefined,
        );
    });
    assert.match(
      must(await Promise.race(errors)),
      /^30 questions of this project wait for "backend" that it has not read; this one was not sent/,
    );
    await until("thirty open questions", async () => {
      const { peers = [] } = await frontend.call("list_peers");
      return peers.find(({ name }) => name === "backend")?.open_questions === 30;
    });
  });
});
