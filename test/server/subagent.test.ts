import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** A session with a client, and two others. */
async function threeSessions(t: TestContext) {
  const world = openWorld(t);
  const [frontend, backend, docs] = await Promise.all([
    world.server("frontend", { hosted: true }),
    world.server("backend"),
    world.server("docs"),
  ]);
  for (const name of ["backend", "docs"]) await seesPeer(frontend, name);
  await seesPeer(docs, "frontend");
  /** A call of the session's subagent, as the client makes it: its hook says so before. */
  const subagent = async (toolUseId: string, tool: string, input: object = {}) => {
    await frontend.callRaw("note_call", { agent_id: "agent-7", tool_use_id: toolUseId });
    return frontend.call(tool, input, { toolUseId });
  };
  const prompt = () =>
    world.hook("inbox-poll", {
      project: "frontend",
      hostPid: frontend.hostPid,
      input: { hook_event_name: "UserPromptSubmit", session_id: "one", prompt: "go on" },
    });
  return { frontend, backend, docs, subagent, prompt };
}

describe("a subagent's call", { concurrency: 2 }, () => {
  test("goes on waiting while its session is asked, and the session's hook is shown the question", async (t) => {
    const { backend, docs, subagent, prompt } = await threeSessions(t);
    const asking = subagent("use-1", "ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    const asked = await docs.call("ask_peer", {
      to: "frontend",
      question: "Which menu?",
      timeout_seconds: 1,
    });
    assert.equal(asked.status, "timed_out");
    const shown = shownText(await prompt());
    assert.match(shown, new RegExp(`question_id="${asked.question_id}"[^]*Which menu\\?`));
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    const { status, answer } = await asking;
    assert.deepEqual([status, answer], ["answered", "8080"]);
  });

  test("ends where it would close a ring, with nothing of its session's mail", async (t) => {
    const { backend, subagent, prompt } = await threeSessions(t);
    const asking = subagent("use-1", "ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    const back = await backend.call("ask_peer", { to: "frontend", question: "Why?", timeout_seconds: 1 });
    assert.equal(back.status, "timed_out");
    const ended = await asking;
    assert.deepEqual([ended.status, ended.questions], ["interrupted", []]);
    assert.match(shownText(await prompt()), new RegExp(`question_id="${back.question_id}"`));
  });

  test("is no sign that the session's own turn goes on", async (t) => {
    const { frontend, docs, subagent, prompt } = await threeSessions(t);
    const asking = docs.call("ask_peer", { to: "frontend", question: "Which menu?", timeout_seconds: 2 });
    assert.match(await until("the question", async () => shownText(await prompt())), /Which menu\?/);
    await frontend.callRaw("show_new", { agent_id: "agent-7" });
    await subagent("use-1", "poll_inbox");
    await subagent("use-2", "list_peers");
    assert.match((await asking).hint ?? "", /^Being shown, not answered yet\. /);
    await frontend.callRaw("show_new", { agent_id: "" });
    const again = { question_id: (await asking).question_id, timeout_seconds: 1 };
    assert.match((await docs.call("await_reply", again)).hint ?? "", /^Shown, not answered yet\. /);
  });

  test("of poll_inbox shows nothing, which stays for the session", async (t) => {
    const { frontend, docs, subagent } = await threeSessions(t);
    await docs.call("ask_peer", { to: "frontend", question: "Which menu?", timeout_seconds: 1 });
    const { questions, replies } = await subagent("use-1", "poll_inbox");
    assert.deepEqual([questions, replies], [[], []]);
    const own = await frontend.call("poll_inbox", {}, { toolUseId: "use-2" });
    assert.deepEqual(
      own.questions?.map(({ question, note }) => [question, note]),
      [["Which menu?", undefined]],
    );
  });
});
