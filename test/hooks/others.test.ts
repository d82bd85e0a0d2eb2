import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { shownText } from "../support/hook.ts";
import type { HookFile } from "../support/paths.ts";
import { openWorld } from "../support/world.ts";
import { askPeer, hooksOf, startClient, stateOf } from "./support.ts";

/** What a client runs in the life of a session. */
const EVENTS: readonly (readonly [HookFile, string])[] = [
  ["session-start", "SessionStart"],
  ["wake", "SessionStart"],
  ["inbox-poll", "UserPromptSubmit"],
  ["wake", "UserPromptSubmit"],
  ["inbox-poll", "Stop"],
  ["wake", "Stop"],
  ["inbox-poll", "StopFailure"],
  ["session-end", "SessionEnd"],
];

/** A project whose session has a question waiting; what every peer is, and how far the question has come. */
async function asked(t: TestContext) {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  const id = await askPeer(world, "backend");
  const facts = async () => ({
    peers: (await world.store().peers(Date.now())).map(({ lastSeenAt, ...peer }) => peer),
    state: await stateOf(world, id),
  });
  return { world, client, id, facts };
}

describe("hooks that another client runs take no mail and join nothing", { concurrency: 2 }, () => {
  test("where no variable is Claude Code's", async (t) => {
    const { world, client, id, facts } = await asked(t);
    const before = await facts();
    for (const [file, event] of EVENTS) {
      const input = { hook_event_name: event, session_id: "one", source: "startup", reason: "other" };
      for (const project of ["backend", "other"]) {
        const { code, stdout, stderr } = await world.hook(file, { project, input });
        assert.deepEqual([code, stdout, stderr], [0, "", ""], `${file}, ${event}`);
      }
    }
    assert.deepEqual(await facts(), before);
    // The session itself has it.
    assert.match(shownText(await client.prompt("one")), new RegExp(`question_id="${id}"`));
  });

  test("where the variables are those of the session in whose shell it was started", async (t) => {
    const { world, client, id, facts } = await asked(t);
    const before = await facts();
    const env = { CLAUDE_CODE_SESSION_ID: "one", CLAUDE_CODE_ENTRYPOINT: "cli" };
    for (const [file, event] of EVENTS) {
      const input = { hook_event_name: event, session_id: "two", source: "startup", reason: "other" };
      const request = { project: "backend", hostPid: client.pid, env, input };
      const { code, stdout, stderr } = await world.hook(file, request);
      assert.deepEqual([code, stdout, stderr], [0, "", ""], `${file}, ${event}`);
    }
    assert.deepEqual(await facts(), before);
    const own = hooksOf(world, "backend", client.pid, env);
    assert.match(shownText(await own.prompt("one")), new RegExp(`question_id="${id}"`));
  });
});
