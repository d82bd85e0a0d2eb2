import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** Frontend's client runs our hooks, and it asks backend, or a subagent of it does. */
async function asking(t: TestContext, agent_id = "") {
  const world = openWorld(t);
  const [frontend, backend] = await Promise.all([
    world.server("frontend", { hosted: true }),
    world.server("backend"),
  ]);
  await seesPeer(frontend, "backend");
  const call = async (toolUseId: string, tool: string, input: object) => {
    await frontend.callRaw("note_call", { agent_id, tool_use_id: toolUseId });
    return frontend.call(tool, input, { toolUseId });
  };
  const asked = call("use-1", "ask_peer", { to: "backend", question: "Which port?" });
  const { question_id } = await nextQuestion(backend);
  return {
    world,
    frontend,
    backend,
    call,
    asked,
    question_id,
    /** What the client does when all calls of a step are over, the session's or a subagent's. */
    stepEnds: (agent_id = "") => frontend.callRaw("show_new", { agent_id }),
    reply: () => backend.call("reply_to_peer", { question_id, answer: "8080" }),
  };
}

describe("what a tool's result held", { concurrency: 4 }, () => {
  test("is delivered when the asker's turn goes on with it", async (t) => {
    const { asked, reply, stepEnds } = await asking(t);
    const replied = reply();
    assert.equal((await asked).answer, "8080");
    await stepEnds();
    assert.equal((await replied).status, "delivered");
  });

  test("is queued where the turn does not go on, and the next session is shown it", async (t) => {
    const { world, frontend, asked, reply, question_id } = await asking(t);
    const replied = await reply();
    assert.deepEqual(
      [replied.status, replied.hint],
      [
        "queued",
        '"frontend" was waiting, but its turn has not gone on with the answer yet. The answer is safe.',
      ],
    );
    assert.equal((await asked).answer, "8080");
    await frontend.killHost();
    const next = await world.server("frontend", { hosted: true });
    const { replies } = await next.call("poll_inbox");
    assert.deepEqual(
      replies?.map((one) => [one.question_id, one.answer]),
      [[question_id, "8080"]],
    );
    // Without our hooks, it counts as soon as the client has taken it.
    await until("the answer to count as shown", async () => (await reply()).status === "delivered");
  });

  test("is delivered to a subagent when its own step is over, not its session's or another's", async (t) => {
    const { world, frontend, asked, reply, stepEnds } = await asking(t, "a1");
    assert.equal((await reply()).status, "queued");
    assert.equal((await asked).answer, "8080");
    for (const agent of ["", "a2", ""]) await stepEnds(agent);
    assert.equal((await reply()).status, "queued");
    await stepEnds("a1");
    assert.equal((await reply()).status, "delivered");
    // As SubagentStop does.
    await stepEnds("a1");
    await frontend.killHost();
    const next = await world.server("frontend", { hosted: true });
    assert.deepEqual((await next.call("poll_inbox")).replies, []);
  });

  test("is the session's where its subagent's step is never over", async (t) => {
    const { world, frontend, asked, reply } = await asking(t, "a1");
    await reply();
    assert.equal((await asked).answer, "8080");
    await frontend.killHost();
    const next = await world.server("frontend", { hosted: true });
    const { replies } = await next.call("poll_inbox");
    assert.deepEqual(
      replies?.map((one) => one.answer),
      ["8080"],
    );
  });

  test("of a call that its step ended without is in the background, and needs a later step", async (t) => {
    const { frontend, backend, asked, reply, stepEnds } = await asking(t);
    await stepEnds();
    assert.equal((await reply()).status, "queued");
    assert.equal((await asked).answer, "8080");
    for (const status of ["queued", "delivered"]) {
      await stepEnds();
      assert.equal((await reply()).status, status);
    }
    await frontend.killHost();
    await backend.close();
  });

  test("is not gone on with by another call of the same step", async (t) => {
    const { frontend, asked, reply, call, stepEnds } = await asking(t);
    const replied = reply();
    await asked;
    await call("use-2", "await_reply", { question_id: (await asked).question_id });
    await frontend.call("list_peers");
    assert.equal((await replied).status, "queued");
    await stepEnds();
    assert.equal((await reply()).status, "delivered");
  });

  test("of a question that ended a wait, counts as being shown until the turn goes on", async (t) => {
    const { world, frontend, backend, asked, stepEnds } = await asking(t);
    const docs = await world.server("docs");
    await seesPeer(docs, "frontend");
    const ask = { to: "frontend", question: "Which menu?", timeout_seconds: 1 };
    const back = docs.call("ask_peer", ask);
    assert.equal((await asked).status, "interrupted");
    const { hint = "", question_id } = await back;
    assert.match(hint, /^Being shown, not answered yet\. /);
    const later = async () =>
      (await docs.call("await_reply", { question_id, timeout_seconds: 1 })).hint ?? "";
    await stepEnds();
    // The request that carries it may fail.
    assert.match(await later(), /^Being shown, /);
    await stepEnds();
    assert.match(await later(), /^Shown, /);
    await frontend.killHost();
    await backend.close();
  });
});
