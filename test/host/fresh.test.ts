import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, done, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import type { Session } from "./support/session.ts";
import { statesOf, waitForQuestion } from "./support/states.ts";
import { makeWorld } from "./support/world.ts";

async function clear(session: Session): Promise<void> {
  await session.type("/clear");
  await session.waitForScreen((screen) => !screen.includes("ping-"), 20_000);
  await session.waitForIdle(20_000);
}

for (const version of versions) {
  test(`claude ${version}: a session that begins is told that mail waits, and is woken to read it`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    model.script("backend", done);
    const before = await openPeer(world, "backend");
    await before.exit();
    await observer.waitForPeer("backend", (peer) => peer.status === "inactive");
    const ask = async (question: string) => {
      const input = { to: "backend", question, timeout_seconds: 1 };
      return (await observer.call("ask_peer", input))["status"];
    };
    assert.equal(await ask("Which port?"), "queued");

    // Where nothing may wake it, what waits goes on waiting until somebody types.
    const hold = { args: ["--settings", JSON.stringify({ crossSessionInbound: "hold" })] };
    const held = await openPeer(world, "backend", hold);
    await held.waitForScreen(/1 question waits for it/);
    assert.deepEqual(await statesOf(world), { q1: "pending" });
    assert.deepEqual(requestsOf(model, "backend"), []);
    await held.exit();
    assert.deepEqual(await statesOf(world), { q1: "pending" });

    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    // Nobody types.
    const session = await client.openSession({ project: world.projectOf("backend"), key: "backend" });
    const shown = await model.waitFor("backend", () => true, 30_000);
    assert.deepEqual(questionsIn(shown), ["q1"]);
    assert.match(lastUserText(shown), /Which port\?/);
    const row = await waitForQuestion(world, "q1", ({ state }) => state === "answered");
    assert.ok(Date.parse(row.shown_at ?? "") <= shown.wallTime);
    await session.waitForIdle(20_000);
    await session.exit();
    assert.equal(requestsOf(model, "backend").length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: a conversation that /clear begins is woken for what its predecessor did not answer`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script("backend", done);
    const backend = await openPeer(world, "backend");
    await ping(model, backend);
    const ask = (question: string) =>
      observer.call("ask_peer", { to: "backend", question, timeout_seconds: 60 });
    const port = ask("Which port?");
    // It is shown the question, reminded twice, and left alone.
    await model.waitFor("backend", () => requestsOf(model, "backend").length === 4, 30_000);
    await backend.waitForIdle(20_000);
    assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], ["q1"], ["q1"], ["q1"]]);
    assert.deepEqual(await statesOf(world), { q1: "shown" });

    const last = requestsOf(model, "backend").at(-1);
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    await clear(backend);
    const shown = await model.waitFor("backend", () => true, 30_000, last);
    assert.deepEqual(questionsIn(shown), ["q1"]);
    assert.match(lastUserText(shown), /q1 was asked earlier[^]*Which port\?/);
    assert.equal((await port)["answer"], "answer to q1");
    await backend.waitForIdle(20_000);
    assert.equal((await ask("Which host?"))["answer"], "answer to q2");
    await backend.waitForIdle(20_000);
    await ping(model, backend);
    const after = requestsOf(model, "backend").slice(4);
    assert.deepEqual(after.map(questionsIn), [["q1"], [], ["q2"], [], []]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
