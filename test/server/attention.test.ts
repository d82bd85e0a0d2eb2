import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { ATTENTION } from "../../src/domain/attention.ts";
import type { Store } from "../../src/domain/store.ts";
import { runCli } from "../support/cli.ts";
import { shownText } from "../support/hook.ts";
import { textOf } from "../support/server.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** Asks the peer so many questions by the store, each from a project of its own. */
async function askBy(world: World, to: string, bodies: readonly string[]): Promise<Store> {
  const store = world.store();
  const now = Date.now();
  for (const [n, body] of bodies.entries()) {
    const host = `${n + 1}@1@elsewhere`;
    const baseName = `other${n}`;
    const asker = await store.join({ host, projectPath: `/work/${baseName}`, baseName, now });
    await store.ask({ asker: asker.id, to: [to], body, by: { process: host, id: host }, now });
  }
  return store;
}

/** The server says so once its result was written. */
async function untilShown(world: World, count: number): Promise<void> {
  const shown = "SELECT count(*) AS n FROM questions WHERE state = 'shown'";
  await until(`${count} questions as shown`, () => Number(world.database().get(shown)?.["n"]) >= count);
}

async function threeSessions(t: TestContext) {
  const world = openWorld(t);
  const [frontend, backend, docs] = await Promise.all([
    world.server("frontend"),
    world.server("backend", { hosted: true }),
    world.server("docs"),
  ]);
  for (const name of ["backend", "docs"]) await seesPeer(frontend, name);
  await seesPeer(backend, "docs");
  const hook = (event: string) =>
    world.hook("inbox-poll", {
      project: "backend",
      hostPid: backend.hostPid,
      input: { hook_event_name: event, session_id: "one", prompt: "go on", stop_hook_active: false },
    });
  return { world, frontend, backend, docs, hook };
}

const SHORT = Array.from({ length: ATTENTION.questions }, (_, n) => `short question ${n}`);

describe("a session with as much as it can read", { concurrency: 2 }, () => {
  test("is asked, and not waited for; the question is its turn's when it has answered", async (t) => {
    const { world, frontend, backend, hook } = await threeSessions(t);
    await askBy(world, "backend", SHORT);
    const { questions = [] } = await backend.call("poll_inbox");
    assert.equal(questions.length, ATTENTION.questions);
    await untilShown(world, ATTENTION.questions);
    // It waits 300 s for an answer of one that it can wait for.
    const asked = await frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    assert.equal(asked.status, "pending");
    assert.match(
      must(asked.hint),
      new RegExp(`owes as many answers as it can be shown.*${asked.question_id} waits its turn`),
    );
    // Nothing holds its turn back for it, until it has answered one.
    assert.doesNotMatch(shownText(await hook("Stop")), /Which port/);
    await backend.call("reply_to_peer", { question_id: must(questions[0]).question_id, answer: "yes" });
    assert.match(shownText(await hook("Stop")), /Which port\?/);
    const { question_id } = asked;
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.equal((await frontend.call("await_reply", { question_id })).answer, "8080");
  });

  test("and that waits for who asks it among others: the asker hears the ids, and whom to answer", async (t) => {
    const { world, frontend, backend } = await threeSessions(t);
    await askBy(world, "backend", SHORT);
    await backend.call("poll_inbox");
    await untilShown(world, ATTENTION.questions);
    const waiting = backend.call("ask_peer", { to: "frontend", question: "Which menu?" });
    const { question_id: owed } = await nextQuestion(frontend);
    const asked = await frontend.call("ask_peer", { to: ["backend", "docs"], question: "Which port?" });
    assert.deepEqual([asked.status, asked.error], ["interrupted", undefined]);
    assert.deepEqual(asked.answers?.map(({ to }) => to).sort(), ["backend", "docs"]);
    assert.match(
      must(asked.hint),
      new RegExp(`reply_to_peer for ${owed} first.*await_reply for q\\d+, q\\d+`),
    );
    await frontend.call("reply_to_peer", { question_id: owed, answer: "the new one" });
    assert.equal((await waiting).answer, "the new one");
  });

  test("goes on working under 30 questions of 65,000 characters", async (t) => {
    const { world, frontend, backend, docs, hook } = await threeSessions(t);
    const flood = Array.from({ length: 30 }, (_, n) => `${n}`.padEnd(65_000, "flood "));
    await askBy(world, "backend", flood);

    // Nobody asked for any of it, so no hook shows it; it is announced now and then.
    let pushed = 0;
    for (const event of ["UserPromptSubmit", "Stop", "Stop", "Stop", "UserPromptSubmit"])
      pushed += shownText(await hook(event)).length;
    for (let batch = 0; batch < 3; batch++) pushed += textOf(await backend.callRaw("show_new")).length;
    assert.ok(pushed < 5_000, `${pushed} characters were pushed`);

    // It was told often enough, so it can wait for others as before.
    const asking = backend.callRaw("ask_peer", { to: "docs", question: "Which page?" });
    const { question_id } = await nextQuestion(docs);
    await docs.call("reply_to_peer", { question_id, answer: "the first" });
    const answered = await asking;
    assert.match(textOf(answered), /the first/);
    assert.ok(textOf(answered).length < 5_000);
    // What it asks for has an end, and who asks it meanwhile is told.
    assert.ok(textOf(await backend.callRaw("poll_inbox")).length < 250_000);
    await untilShown(world, 2);
    const late = await frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    assert.equal(late.status, "pending");
    assert.match(must(late.hint), /waits its turn/);
  });
});

test("45 terminals of a folder leave one address behind", async (t) => {
  const world = openWorld(t);
  const backend = await world.server("backend");
  await backend.call("register");
  const ask = (n: number) => runCli(world, ["ask", "backend", `question ${n}`, "--timeout", "1"]);
  const ended = await Promise.all(Array.from({ length: 45 }, (_, n) => ask(n)));
  // What waits unread for one session has an end, however many terminals there are: the rest was told so.
  const refused = ended.filter(({ stderr }) => /questions of this project wait for "backend"/.test(stderr));
  assert.equal(refused.length, 15, ended.map(({ code, stderr }) => `${code} ${stderr}`).join("\n"));
  const left = (await world.store().peers(Date.now())).filter(({ name }) => name !== "backend");
  assert.deepEqual(
    left.map(({ host }) => host),
    [null],
  );
  const ids: string[] = [];
  for (let more = 1; more > 0; ) {
    const inbox = await backend.call("poll_inbox");
    for (const { question_id } of inbox.questions ?? []) {
      ids.push(question_id);
      await backend.call("reply_to_peer", { question_id, answer: "yes" });
    }
    more = inbox.more ?? 0;
  }
  assert.equal(ids.length, 30);
  // And it has the late answers of all of them.
  const { stdout } = await until("the terminals' inbox", () => runCli(world, ["inbox"]));
  for (const id of ids) assert.match(stdout, new RegExp(`\\b${id}\\b`));
});
