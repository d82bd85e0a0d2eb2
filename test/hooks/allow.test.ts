import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openWorld } from "../support/world.ts";

const OURS = "mcp__plugin_mesh_mesh__";

describe("PreToolUse", { concurrency: 4 }, () => {
  for (const tool of ["register", "list_peers", "await_reply", "reply_to_peer", "poll_inbox"]) {
    test(`allows ${tool}`, async (t) => {
      const input = {
        hook_event_name: "PreToolUse",
        session_id: "one",
        tool_name: OURS + tool,
        tool_input: {},
      };
      const { code, stderr, output } = await openWorld(t).hook("allow", { project: "backend", input });
      assert.deepEqual([code, stderr], [0, ""]);
      const { hookEventName, permissionDecision } = output?.hookSpecificOutput ?? {};
      assert.deepEqual([hookEventName, permissionDecision], ["PreToolUse", "allow"]);
    });
  }

  for (const tool of [
    `${OURS}ask_peer`,
    `${OURS}reply_to_peer_and_more`,
    `x${OURS}register`,
    "mcp__mesh__register",
    "mcp__plugin_other_mesh__register",
    "Bash",
    "",
  ]) {
    test(`says nothing of ${tool || "a tool without a name"}`, async (t) => {
      const input = { hook_event_name: "PreToolUse", session_id: "one", tool_name: tool };
      const { code, stdout, stderr } = await openWorld(t).hook("allow", { project: "backend", input });
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });
  }

  test("says nothing at all where MESH_AUTO_ALLOW is 0", async (t) => {
    const input = { hook_event_name: "PreToolUse", session_id: "one", tool_name: `${OURS}register` };
    const env = { MESH_AUTO_ALLOW: "0" };
    const { code, stdout, stderr } = await openWorld(t).hook("allow", { project: "backend", input, env });
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  });
});
