import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { answering, openPeer, ping, questionsIn, requestsOf } from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { alive, serverOf } from "./support/processes.ts";
import { statesOf } from "./support/states.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: a session whose server died is unreachable, says so once, and serves again after /mcp`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    const backend = await openPeer(world, "backend");
    await ping(model, backend);
    const server = serverOf(backend.pid());
    process.kill(server, "SIGKILL");
    await until(
      () => !alive(server),
      5_000,
      () => `server ${server} lives on`,
    );

    const asked = performance.now();
    const result = await observer.call("ask_peer", { to: "backend", question: "Which port?" });
    const ms = Math.round(performance.now() - asked);
    assert.equal(result["status"], "queued");
    assert.match(String(result["hint"]), /its mesh server does not run/);
    assert.ok(ms < 2_000, `${ms} ms`);
    await observer.waitForPeer("backend", (peer) => peer.status === "unreachable");

    for (let prompt = 0; prompt < 2; prompt += 1)
      assert.deepEqual(questionsIn(await ping(model, backend)), []);
    const screen = await backend.screen(true);
    assert.equal(screen.replace(/\s+/g, " ").split("mesh server does not run").length - 1, 1, screen);
    assert.deepEqual(await statesOf(world), { q1: "pending" });

    const last = requestsOf(model, "backend").at(-1);
    await backend.reconnect("plugin:mesh:mesh");
    await observer.waitForPeer("backend", (peer) => peer.status === "active");
    // Nobody types: it is woken for what waited.
    const shown = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 30_000, last);
    assert.deepEqual(questionsIn(shown), ["q1"]);
    const again = await observer.call("ask_peer", { to: "backend", question: "Which host?" });
    assert.equal(again["answer"], "answer to q2");
    await backend.waitForIdle(20_000);
    assert.deepEqual(await statesOf(world), { q1: "answered", q2: "answered" });
    assert.deepEqual(model.scriptErrors, []);
  });
}
