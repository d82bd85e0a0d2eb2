import assert from "node:assert/strict";
import { test } from "node:test";
import { OLDEST, versions } from "./support/binary.ts";
import { answering, asking, heard, openPeer, questionsIn, requestsOf } from "./support/colleague.ts";
import { scriptsOfHome } from "./support/processes.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

/** Each is a turn of the asker's and a woken one of the other's. */
const ROUNDS = 10;

for (const version of versions) {
  test(`claude ${version}: twenty turns leave no process behind`, async () => {
    await using world = await makeWorld({ version });
    const { model, client } = world;
    model.script("frontend", asking());
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    // Each session has its server; where there is no inbox socket, also one waker.
    const wakers = version === OLDEST ? ["hooks/wake.mjs", "hooks/wake.mjs"] : [];
    const expected = [...wakers, "servers/mcp-server.mjs", "servers/mcp-server.mjs"];
    const settle = (scripts: readonly string[]) =>
      until(
        () => scriptsOfHome(client.home).join() === scripts.join(),
        20_000,
        () => `expected ${scripts.join()}, found ${scriptsOfHome(client.home).join()}`,
      );

    await settle(expected);
    for (let round = 1; round <= ROUNDS; round += 1) {
      await frontend.type(`ask backend: What about number ${round}?`);
      await heard(model, "frontend", `answer to q${round}"`);
      await Promise.all([backend.waitForIdle(30_000), frontend.waitForIdle(30_000)]);
    }
    await settle(expected);
    const asked = Array.from({ length: ROUNDS }, (_, index) => `q${index + 1}`);
    assert.deepEqual(requestsOf(model, "backend").flatMap(questionsIn), asked);

    assert.deepEqual([await backend.exit(), await frontend.exit()], [0, 0]);
    await settle([]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
