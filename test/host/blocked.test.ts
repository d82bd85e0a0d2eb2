import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, openPeer, questionsIn, requestsOf, told } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { statesOf } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a session that stands at a permission question is blocked, and is shown mail once it goes on`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const touch = { tools: [{ name: "Bash", input: { command: "touch made", description: "Make a file" } }] };
    model.script(
      "backend",
      answering((id) => `answer to ${id}`, told({ "make the file": () => touch })),
    );
    const backend = await openPeer(world, "backend");
    await observer.waitForPeer("backend", (peer) => peer.activity === "idle");
    await backend.type("make the file");
    await observer.waitForPeer("backend", (peer) => peer.activity === "blocked");

    const asked = observer.call("ask_peer", {
      to: "backend",
      question: "Which port?",
      timeout_seconds: 60,
    });
    const row = await observer.waitForPeer("backend", (peer) => peer.open_questions === 1);
    assert.deepEqual([row.status, row.activity], ["active", "blocked"]);
    assert.deepEqual(await statesOf(world), { q1: "pending" });
    await backend.allow(20_000);
    assert.equal((await asked)["answer"], "answer to q1");
    await backend.waitForIdle(20_000);
    await observer.waitForPeer("backend", (peer) => peer.activity === "idle");
    assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], ["q1"], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
