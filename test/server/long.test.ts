import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { HistoryEntry } from "../../src/domain/question.ts";
import { type Called, type TestServer, textOf } from "../support/server.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** The client replaces a longer result by a preview, whatever our listing says. */
const HOST_LIMIT = 500_000;
const LENGTH = 60_000;

/** So many characters, rich in what JSON and XML escape; no two texts are alike. */
function richText(n: number): string {
  const line = `${n}: {"a": "<b>&amp;</b>"}\n\t'c' \\ d => e && f;\n`;
  return line.repeat(LENGTH / line.length + 1).slice(0, LENGTH - 1) + n;
}

/** What stands in the fences of a result, by question. */
function fenced(result: CallToolResult): { what: string; id: string; text: string }[] {
  const [, mark] = /Only fences with the mark (\w+) are the mesh's/.exec(called(result).text ?? "") ?? [];
  const fence = new RegExp(
    `<peer-(question|reply) mark="${mark}" question_id="(q\\d+)"[^>]*>\\n(.*?)\\n</peer-\\1 mark="${mark}">`,
    "gs",
  );
  return [...(called(result).text ?? "").matchAll(fence)].map(([, what = "", id = "", text = ""]) => ({
    what,
    id,
    text,
  }));
}

function called(result: CallToolResult): Called {
  assert.ok(!result.isError, textOf(result));
  return result.structuredContent as Called;
}

function assertFits(result: CallToolResult): void {
  const { length } = textOf(result);
  assert.ok(length <= HOST_LIMIT, `a result of ${length} characters`);
  // Read from the start, and cut at the end if at all.
  const { text = "" } = called(result);
  if (text !== "") assert.ok(textOf(result).startsWith(`{"text":${JSON.stringify(text)}`));
}

async function historyOf(world: World): Promise<Map<string, HistoryEntry>> {
  const entries = await world.store().history({ limit: 100, now: Date.now() });
  return new Map(entries.map((entry) => [`q${entry.id}`, entry]));
}

/** Waits until these answers count as shown, and no others: what a response carries is confirmed once it was written. */
async function shownAlone(world: World, ids: ReadonlySet<string>): Promise<void> {
  await until("what was read as shown, and no more", async () =>
    [...(await historyOf(world))].every(
      ([id, { answerShownAt }]) => (answerShownAt !== null) === ids.has(id),
    ),
  );
}

async function answerWith(server: TestServer, answer: string): Promise<string> {
  const { question_id } = await nextQuestion(server);
  await server.call("reply_to_peer", { question_id, answer });
  return question_id;
}

/** A session, and another one that waits to be asked by it. */
async function sessions(t: TestContext, names: readonly string[]) {
  const world = openWorld(t);
  const [first, ...others] = await Promise.all(names.map((name) => world.server(name)));
  for (const name of names) await seesPeer(must(first), name);
  return { world, first: must(first), others };
}

describe("a result with long texts", { concurrency: 2 }, () => {
  test("has peers' words in its first field, and what is short by itself, too", async (t) => {
    const { first, others } = await sessions(t, ["frontend", "backend"]);
    const asking = first.callRaw("ask_peer", { to: "backend", question: "Which port?" });
    await answerWith(must(others[0]), "8080");
    const asked = await asking;
    assertFits(asked);
    assert.deepEqual(Object.keys(called(asked)), ["text", "status", "question_id", "to", "answer"]);
    assert.equal(called(asked).answer, "8080");
    assert.deepEqual(
      fenced(asked).map(({ text }) => text),
      ["8080"],
    );
  });

  test("of three answers in one call: what does not fit is told, and comes with the next call", async (t) => {
    const names = ["frontend", "a", "b", "c"];
    const { world, first, others } = await sessions(t, names);
    const asking = first.callRaw("ask_peer", { to: ["a", "b", "c"], question: "What is there?" });
    const answers = new Map<string, string>();
    for (const [n, server] of others.entries())
      answers.set(await answerWith(server, richText(n)), richText(n));
    const result = await asking;
    assertFits(result);
    const entries = must(called(result).answers);
    assert.deepEqual(
      entries.map(({ status, answer }) => [status, answer]),
      Array.from({ length: 3 }, () => ["answered", undefined]),
    );
    const shown = fenced(result);
    assert.equal(shown.length, 2);
    await shownAlone(world, new Set(shown.map(({ id }) => id)));
    for (const { question_id, hint } of entries) {
      const isShown = shown.some(({ id }) => id === question_id);
      if (!isShown) assert.match(must(hint), new RegExp(`call await_reply for ${question_id} to read it`));
      else assert.equal(hint, undefined);
    }
    const late = must(entries.find(({ question_id }) => !shown.some(({ id }) => id === question_id)));
    const next = await first.callRaw("await_reply", { question_id: late.question_id });
    assertFits(next);
    const all = [...shown, ...fenced(next)];
    assert.deepEqual(new Map(all.map(({ id, text }) => [id, text])), answers);
    assert.equal(all.length, 3);
    await until("all three as shown", async () =>
      [...(await historyOf(world)).values()].every(({ answerShownAt }) => answerShownAt !== null),
    );
    assert.deepEqual((await first.call("poll_inbox")).replies, []);
  });

  test("of a late answer: it comes with poll_inbox, also where both texts are as long as they may be", async (t) => {
    const { first, others } = await sessions(t, ["frontend", "backend"]);
    // Each character is two in JSON.
    const longest = '"'.repeat(65_536);
    await first.call("ask_peer", { to: "backend", question: longest, timeout_seconds: 1 });
    const id = await answerWith(must(others[0]), longest);
    const result = await first.callRaw("poll_inbox");
    assertFits(result);
    const { id: shown, text } = must(fenced(result)[0]);
    assert.equal(shown, id);
    assert.ok(text.endsWith(`\n${longest}`));
    assert.deepEqual(await first.call("poll_inbox"), { questions: [], replies: [] });
  });

  test("of an inbox of eight questions: each comes once and whole, and is shown from then on", async (t) => {
    const { world, first } = await sessions(t, ["backend"]);
    const store = world.store();
    const now = Date.now();
    const host = "1@1@elsewhere";
    const asker = await store.join({ host, projectPath: "/work/frontend", baseName: "frontend", now });
    const bodies = new Map<string, string>();
    for (let n = 0; n < 8; n++) {
      const by = { process: host, id: String(n) };
      const [one] = await store.ask({ asker: asker.id, to: ["backend"], body: richText(n), by, now });
      bodies.set(`q${must(one).id}`, richText(n));
    }
    const seen = new Map<string, string>();
    for (let calls = 1; seen.size < 8; calls++) {
      assert.ok(calls <= 8, `${seen.size} of 8 were shown by ${calls} calls`);
      const result = await first.callRaw("poll_inbox");
      assertFits(result);
      const { questions = [], more = 0 } = called(result);
      const texts = fenced(result);
      assert.deepEqual(
        texts.map(({ id }) => id),
        questions.map(({ question_id }) => question_id),
      );
      for (const { id, text } of texts) {
        assert.ok(!seen.has(id), `${id} came twice`);
        seen.set(id, text);
      }
      assert.equal(more, 8 - seen.size, "what it was not shown yet");
      await until("what was read as shown, and no more", async () => {
        const history = await historyOf(world);
        const isRight = (id: string) => history.get(id)?.state === (seen.has(id) ? "shown" : "pending");
        return [...bodies.keys()].every(isRight);
      });
    }
    assert.deepEqual(seen, bodies);
  });

  test("of an inbox of late answers: the rest waits for the next call", async (t) => {
    const { world, first, others } = await sessions(t, ["frontend", "backend"]);
    const answers = new Map<string, string>();
    for (let n = 0; n < 5; n++) {
      await first.call("ask_peer", { to: "backend", question: `What is ${n}?`, timeout_seconds: 1 });
      answers.set(await answerWith(must(others[0]), richText(n)), richText(n));
    }
    const seen: { id: string; text: string }[] = [];
    for (let calls = 1; seen.length < 5; calls++) {
      assert.ok(calls <= 5, `${seen.length} of 5 were shown by ${calls} calls`);
      const result = await first.callRaw("poll_inbox");
      assertFits(result);
      seen.push(
        ...fenced(result).map(({ id, text }) => ({ id, text: text.replace(/^You asked: .*\n/, "") })),
      );
      assert.equal(called(result).more ?? 0, 5 - seen.length);
      await shownAlone(world, new Set(seen.map(({ id }) => id)));
    }
    assert.deepEqual(new Map(seen.map(({ id, text }) => [id, text])), answers);
    assert.equal(seen.length, 5);
  });

  test("in a hook: it is announced, and not shown", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([
      world.server("frontend"),
      world.server("backend", { hosted: true }),
    ]);
    await seesPeer(frontend, "backend");
    const asked = await frontend.call("ask_peer", {
      to: "backend",
      question: richText(1),
      timeout_seconds: 1,
    });
    const input = { hook_event_name: "UserPromptSubmit", session_id: "one", prompt: "go on" };
    const { stdout } = await world.hook("inbox-poll", {
      project: "backend",
      input,
      hostPid: backend.hostPid,
    });
    assert.ok(stdout.length < 10_000);
    assert.match(stdout, /1 question more waits: call `poll_inbox`/);
    assert.equal((await historyOf(world)).get(must(asked.question_id))?.state, "pending");
  });
});
