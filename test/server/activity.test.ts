import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

describe("list_peers says what a session does", { concurrency: 4 }, () => {
  test("by the client's own word before our marks", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    const activity = async () => must((await server.call("list_peers")).peers?.[0]).activity;
    assert.equal(await activity(), "idle");
    const input = { hook_event_name: "UserPromptSubmit", session_id: "one" };
    await world.hook("inbox-poll", { project: "backend", hostPid: server.hostPid, input });
    assert.equal(await activity(), "busy");
    for (const [status, expected] of [
      ["idle", "idle"],
      ["waiting", "blocked"],
      ["busy", "busy"],
    ] as const) {
      world.hostStatus(server.hostPid, status);
      assert.equal(await activity(), expected, status);
    }
  });

  test("that it asks, while a call of it waits", async (t) => {
    const world = openWorld(t);
    const frontend = await world.server("frontend", { hosted: true });
    const backend = await world.server("backend");
    await seesPeer(frontend, "backend");
    world.hostStatus(frontend.hostPid, "busy");
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    const entry = async () =>
      (await backend.call("list_peers")).peers?.find(({ name }) => name === "frontend")?.activity;
    assert.equal(await entry(), "asking");
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    await asking;
    assert.equal(await entry(), "busy");
  });
});
