import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  calling,
  done,
  heard,
  openPeer,
  ping,
  questionsIn,
  questionsOf,
  repliesOf,
  saying,
} from "./support/colleague.ts";
import type { Script } from "./support/model.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { statesOf } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

/** A model that, told `be <name>` by its user, renames its session. */
function renaming(otherwise: Script): Script {
  return (request) => {
    const name = /^be (\w+)$/m.exec(lastUserText(request))?.[1];
    return name === undefined ? otherwise(request) : calling("register", { name });
  };
}

for (const version of versions) {
  test(`claude ${version}: a renamed session's question and answer reach the next sessions of both projects`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const allowed = { args: ["--allowedTools", "mcp__plugin_mesh_mesh__register"] };
    model.script("backend", renaming(done));
    model.script("frontend", renaming(asking({ timeout_seconds: 1 })));
    const backend = await openPeer(world, "backend", allowed);
    const frontend = await openPeer(world, "frontend", allowed);
    for (const [session, name] of [
      [backend, "bee"],
      [frontend, "fee"],
    ] as const) {
      await session.type(`be ${name}`);
      await observer.waitForPeer(name, (peer) => peer.status === "active");
      await session.waitForIdle(20_000);
    }

    await frontend.type("ask bee: Which port?");
    await heard(model, "frontend", "timed_out");
    await frontend.waitForIdle(20_000);
    await frontend.exit();
    // It ends before it has answered.
    await backend.exit();
    await observer.waitForPeer("bee", (peer) => peer.status === "inactive");
    const asked = await observer.call("ask_peer", { to: "bee", question: "Which host?" });
    assert.equal(asked["status"], "queued");

    // Nobody types, and nobody gives it its other name again.
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    const next = await world.open("backend");
    await model.waitFor("backend", (request) => questionsIn(request).length > 0, 30_000);
    await next.waitForIdle(20_000);
    const pinged = await ping(model, next);
    assert.deepEqual([...new Set(questionsOf(pinged))], ["q1", "q2"]);
    assert.deepEqual(await statesOf(world), { q1: "answered", q2: "answered" });

    model.script("frontend", done);
    const reader = await world.open("frontend");
    const read = await model.waitFor("frontend", saying("answer to q1"), 30_000);
    assert.deepEqual(repliesOf(read), ["q1"]);
    await reader.waitForIdle(20_000);
    const { replies } = (await observer.call("poll_inbox")) as { replies: { answer: string }[] };
    assert.deepEqual(
      replies.map(({ answer }) => answer),
      ["answer to q2"],
    );
    assert.deepEqual(model.scriptErrors, []);
  });
}
