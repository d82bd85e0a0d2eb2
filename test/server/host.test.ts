import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openWorld } from "../support/world.ts";

describe("a server and the hooks of one client are one peer", { concurrency: 4 }, () => {
  for (const first of ["server", "hook"] as const) {
    test(`when the ${first} is first`, async (t) => {
      const world = openWorld(t);
      const start = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
      const env = { CLAUDE_CODE_SESSION_ID: "at-start" };
      const server = await world.server("backend", { hosted: true, env });
      const hook = () =>
        world.hook("session-start", { project: "backend", input: start, hostPid: server.hostPid });
      if (first === "server") await server.call("register");
      await hook();
      const registered = await server.call("register");
      assert.deepEqual([registered.name, registered.session_id], ["backend", "one"]);
      assert.equal((await server.call("list_peers")).peers?.length, 1);
    });
  }

  test("and stay one over /clear, whose session id the server never hears of", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    const event = (name: string, session: string, more: object) =>
      world.hook(name === "SessionEnd" ? "session-end" : "session-start", {
        project: "backend",
        input: { hook_event_name: name, session_id: session, ...more },
        hostPid: server.hostPid,
      });
    await event("SessionStart", "one", { source: "startup" });
    await event("SessionEnd", "one", { reason: "clear" });
    await event("SessionStart", "two", { source: "clear" });
    const registered = await server.call("register");
    assert.deepEqual([registered.name, registered.session_id], ["backend", "two"]);
  });

  test("and a program that is not Claude Code is a peer of its own server's", async (t) => {
    const world = openWorld(t);
    const [one, two] = [await world.server("app"), await world.server("app")];
    const names = [(await one.call("register")).name, (await two.call("register")).name];
    assert.deepEqual(names.sort(), ["app", "app-2"]);
  });
});
