import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { processesOfHome } from "./support/processes.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version} without the plugin asks the scripted model, session by session`, async () => {
    const world = await makeWorld({ version, plugin: false });
    try {
      const { model } = world;
      for (const name of ["frontend", "backend"]) model.script(name, () => ({ text: `words-of-${name}` }));
      const sessions = [await world.open("frontend"), await world.open("backend")];
      for (const session of sessions) {
        await session.type(`hello ${session.key}`);
        const asked = (text: string) => text.includes(`hello ${session.key}`);
        await model.waitFor(session.key, (request) => asked(lastUserText(request)), 10_000);
        await session.waitForScreen(new RegExp(`words-of-${session.key}`));
        await session.waitForIdle();
      }
      const print = await world.client.runPrint({ project: world.projectOf("p"), key: "p", prompt: "hello" });
      assert.deepEqual([print.code, print.stdout.trim()], [0, "ok"]);
      for (const session of sessions) assert.equal(await session.exit(), 0);
      assert.deepEqual(model.scriptErrors, []);
    } finally {
      await world.close();
    }
    assert.equal(existsSync(world.client.root), false);
    assert.deepEqual(processesOfHome(world.client.home), []);
  });

  test(`claude ${version} hangs up on Escape and keeps the session`, async () => {
    await using world = await makeWorld({ version, plugin: false });
    const never = Promise.withResolvers<{ text: string }>();
    world.model.script("frontend", (request) =>
      lastUserText(request).includes("endless") ? never.promise : { text: "again" },
    );
    const session = await world.open("frontend");
    await session.type("endless");
    const request = await world.model.waitFor("frontend", () => true, 10_000);
    const hungUp = new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    await session.interrupt();
    await hungUp;
    await session.type("next");
    await world.model.waitFor("frontend", () => true, 10_000, request);
    await session.waitForScreen(/again/);
  });
}
