import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { textOf } from "../support/server.ts";
import { openWorld } from "../support/world.ts";

describe("a question of a session that asks its user, to one that does not", { concurrency: 2 }, () => {
  for (const [asker, says] of [
    ["default", true],
    ["bypassPermissions", false],
  ] as const) {
    test(`asked in ${asker}, ${says ? "says so" : "says nothing of it"}`, async (t) => {
      const world = openWorld(t);
      const frontend = await world.server("frontend", { hosted: true });
      const backend = await world.server("backend", { hosted: true });
      await Promise.all([frontend.call("register"), backend.call("register")]);
      const prompt = (project: string, hostPid: number, permission_mode: string) => {
        const input = { hook_event_name: "UserPromptSubmit", session_id: project, permission_mode };
        return world.hook("inbox-poll", { project, hostPid, input });
      };
      await prompt("frontend", frontend.hostPid, asker);
      await prompt("backend", backend.hostPid, "bypassPermissions");
      const ask = { to: "backend", question: "Which port?", timeout_seconds: 1 };
      await frontend.call("ask_peer", ask);
      const text = shownText(await prompt("backend", backend.hostPid, "bypassPermissions"));
      assert.match(text, /Which port\?/);
      assert.equal(/acts without asking its user/.test(text), says);
      await backend.callRaw("note_call", { agent_id: "", tool_use_id: "use-1" });
      const whole = textOf(await backend.callRaw("poll_inbox", {}, { toolUseId: "use-1" }));
      assert.match(whole, /Which port\?/);
      assert.equal(/acts without asking its user/.test(whole), says);
    });
  }
});
