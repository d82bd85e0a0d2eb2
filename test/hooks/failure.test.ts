import assert from "node:assert/strict";
import { test } from "node:test";
import { shownText } from "../support/hook.ts";
import { openWorld } from "../support/world.ts";
import { askPeer, startClient } from "./support.ts";

test("StopFailure marks the session idle, prints nothing, and leaves what waits to the next turn", async (t) => {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  await client.prompt();
  const id = await askPeer(world, "backend");
  const store = world.store();
  const activity = async () =>
    (await store.peers(Date.now())).find(({ name }) => name === "backend")?.activity;
  assert.equal(await activity(), "busy");
  const input = { hook_event_name: "StopFailure", session_id: "one", error: "server_error" };
  const failed = await world.hook("inbox-poll", { project: "backend", hostPid: client.pid, input });
  assert.deepEqual([failed.code, failed.stdout, failed.stderr], [0, "", ""]);
  assert.equal(await activity(), "idle");
  assert.match(
    shownText(await client.prompt()),
    new RegExp(`^<peer-question mark="\\w+" question_id="${id}"`),
  );
});
