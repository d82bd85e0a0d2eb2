import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { jsonOf, runCli, startCli } from "../support/cli.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

/** A session whose client is this very process, so that the command runs below it, as in its Bash tool. */
async function inSession(t: TestContext) {
  const world = openWorld(t);
  const backend = await world.server("backend");
  await seesPeer(backend, "backend");
  const input = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
  await world.hook("session-start", { project: "frontend", input, hostPid: process.pid });
  await seesPeer(backend, "frontend");
  return { world, backend };
}

describe("in a session's own Bash tool", { concurrency: 2 }, () => {
  test("peers marks the session, from any folder", async (t) => {
    const { world } = await inSession(t);
    assert.match((await runCli(world, ["peers"])).stdout, /^frontend \(you\) +idle/m);
    assert.equal(jsonOf(await runCli(world, ["peers", "--json"])).you, "frontend");
  });

  test("ask asks as the session", async (t) => {
    const { world, backend } = await inSession(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    assert.equal((await nextQuestion(backend)).from, "frontend");
    assert.equal((await answerNext(backend, "8080")).status, "delivered");
    const { code, stdout } = await asking.ended;
    assert.deepEqual([code, stdout], [0, "8080\n"]);
    const { peers = [] } = await backend.call("list_peers");
    assert.deepEqual(
      peers.map(({ name, status }) => [name, status]),
      [
        ["backend", "active"],
        ["frontend", "active"],
      ],
    );
  });

  test("a question for the session ends the wait, unread; once answered, the same ask goes on", async (t) => {
    const { world, backend } = await inSession(t);
    const mobile = await world.server("mobile");
    await seesPeer(mobile, "frontend");
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    const { question_id } = await nextQuestion(backend);
    const other = mobile.call("ask_peer", { to: "frontend", question: "Which colour?" });
    const { code, stdout, stderr } = await asking.ended;
    assert.deepEqual([code, stdout], [7, ""]);
    assert.match(stderr, /somebody asks this session: answer that first, then call await_reply for q\d+/);

    const looked = await runCli(world, ["inbox"]);
    const id = /^(q\d+) from mobile, .*, not shown yet\n {4}Which colour\?/m.exec(looked.stdout)?.[1] ?? "";
    assert.match(id, /^q/, looked.stdout);
    assert.match((await runCli(world, ["reply", id, "blue"])).stdout, /: mobile has the answer of frontend/);
    assert.equal((await other).answer, "blue");

    const again = startCli(world, ["ask", "backend", "Which port?", "--json"]);
    await until("the wait", async () => {
      const peers = await world.store().peers(Date.now());
      return peers.find(({ name }) => name === "frontend")?.asking;
    });
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    const end = jsonOf(await again.ended);
    assert.deepEqual([end.status, end.question_id, end.answer], ["answered", question_id, "8080"]);
  });

  test("a look into the inbox shows nothing to the session: its hook still does, as for the first time", async (t) => {
    const { world, backend } = await inSession(t);
    const asked = backend.call("ask_peer", { to: "frontend", question: "Which colour?", timeout_seconds: 1 });
    const store = world.store();
    for (let looked = ""; !looked.includes("Which colour?"); ) {
      looked = (await runCli(world, ["inbox"])).stdout;
    }
    assert.equal((await store.history({ limit: 1, now: Date.now() }))[0]?.state, "pending");
    const input = { hook_event_name: "UserPromptSubmit", session_id: "one" };
    const { output } = await world.hook("inbox-poll", { project: "frontend", input, hostPid: process.pid });
    assert.match(output?.hookSpecificOutput?.additionalContext ?? "", /^<peer-question [^]*Which colour\?/);
    await asked;
  });
});
