import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, done, openPeer, ping } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a session that is resumed has its name and its mail, not the first free one's`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const project = world.projectOf("shop");
    const ids = { first: randomUUID(), second: randomUUID() };
    const sessions = [];
    for (const key of ["first", "second"] as const) {
      model.script(key, done);
      const session = await openPeer(world, key, { project, args: ["--session-id", ids[key]] });
      await ping(model, session);
      sessions.push(session);
    }
    // The client writes a conversation down a moment after it was spoken.
    const isKept = () =>
      readdirSync(world.client.home, { recursive: true }).some((file) =>
        String(file).endsWith(`${ids.second}.jsonl`),
      );
    await until(isKept, 20_000, () => "the conversation was not written down");
    for (const session of sessions) await session.close();
    for (const name of ["shop", "shop-2"]) {
      await observer.waitForPeer(name, (peer) => peer.status === "inactive");
      const asked = await observer.call("ask_peer", { to: name, question: `What is ${name} at?` });
      assert.equal(asked["status"], "queued");
    }

    model.script(
      "again",
      answering(() => "at the orders"),
    );
    const again = await world.open("again", { project, args: ["--resume", ids.second] });
    await observer.waitForPeer("shop-2", (peer) => peer.status === "active");
    // The older client's waker may have begun a turn already.
    await again.type("go on");
    const readReplies = async () => {
      const replies = JSON.stringify((await observer.call("poll_inbox"))["replies"]);
      return replies.includes("at the orders") && replies;
    };
    const replies = await until(readReplies, 20_000, () => "no reply of the resumed session");
    await again.waitForIdle(20_000);
    assert.match(replies, /"from":"shop-2"/);
    assert.equal((await observer.waitForPeer("shop", () => true)).status, "inactive");
    assert.equal((await observer.waitForPeer("shop", () => true)).open_questions, 1);
    assert.deepEqual(model.scriptErrors, []);
  });
}
