import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { HANDING_LEASE } from "../../src/domain/question.ts";
import { askPeer } from "../hooks/support.ts";
import { type TestServer, textOf } from "../support/server.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

async function backend(t: TestContext) {
  const world = openWorld(t);
  const server = await world.server("backend", { hosted: true });
  await server.call("register");
  return { world, server };
}

/** What the host's PostToolBatch hook is given. */
async function showNew(server: TestServer, input: object = { agent_id: "" }): Promise<string> {
  const result = await server.callRaw("show_new", input);
  assert.ok(!result.isError, textOf(result));
  assert.equal(result.structuredContent, undefined);
  return textOf(result);
}

describe("show_new", { concurrency: 4 }, () => {
  test("is for the hook alone: no model is offered it", async (t) => {
    const { server } = await backend(t);
    assert.ok(!(await server.tools()).some(({ name }) => name === "show_new"));
    await assert.rejects(server.call("show"), (error: Error) => !error.message.includes("show_new"));
  });

  test("takes no mail where the client is not Claude Code", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend");
    await server.call("register");
    const id = await askPeer(world, "backend");
    assert.deepEqual((await server.callRaw("show_new", { agent_id: "" })).content, []);
    assert.equal((await server.call("poll_inbox")).questions?.[0]?.question_id, id);
  });

  test("gives no text where nothing waits, and marks the session busy", async (t) => {
    const { world, server } = await backend(t);
    assert.equal(await showNew(server), "");
    assert.equal(await showNew(server, {}), "");
    const [peer] = await world.store().peers(Date.now());
    assert.equal(peer?.activity, "busy");
  });

  test("gives a new question in its fence as a hook's output, once", async (t) => {
    const { world, server } = await backend(t);
    const id = await askPeer(world, "backend");
    const { systemMessage, hookSpecificOutput, ...rest } = JSON.parse(await showNew(server));
    assert.deepEqual(rest, {});
    assert.equal(systemMessage, "claude-mesh: 1 question from frontend");
    assert.equal(hookSpecificOutput.hookEventName, "PostToolBatch");
    assert.match(
      hookSpecificOutput.additionalContext,
      new RegExp(
        `^<peer-question mark="(\\w+)" question_id="${id}" from="frontend"[^]*Which port\\?\n</peer-question mark="\\1">\n`,
      ),
    );
    assert.equal(await showNew(server), "");
    const [again] = must((await server.call("poll_inbox")).questions);
    assert.match(again?.note ?? "", /still unanswered/);
  });

  test("gives a subagent nothing, and keeps it for the session", async (t) => {
    const { world, server } = await backend(t);
    await askPeer(world, "backend");
    assert.equal(await showNew(server, { agent_id: "agent-7" }), "");
    assert.match(await showNew(server), /peer-question/);
  });

  test("leaves what a hook is about to show to that hook", async (t) => {
    const { world, server } = await backend(t);
    await askPeer(world, "backend");
    const store = world.store();
    const [peer] = (await store.peers(Date.now())).filter(({ name }) => name === "backend");
    const request = { peer: must(peer).id, questions: "new", limit: 10 } as const;
    // As far in the future as a lease may be, so that it does not lapse however slow the machine is.
    await store.take({ ...request, now: Date.now() + HANDING_LEASE - 1_000 });
    assert.equal(await showNew(server), "");
  });

  test("gives late answers as well", async (t) => {
    const { world, server } = await backend(t);
    const other = await world.server("api");
    await other.call("register");
    const { question_id } = await server.call("ask_peer", {
      to: "api",
      question: "Port?",
      timeout_seconds: 1,
    });
    await other.call("reply_to_peer", { question_id, answer: "8080" });
    const text = await showNew(server);
    assert.match(
      JSON.parse(text).hookSpecificOutput.additionalContext,
      /<peer-reply [^]*8080[^]*<\/peer-reply mark="\w+">/,
    );
    assert.equal(await showNew(server), "");
  });
});
