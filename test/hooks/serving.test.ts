import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { processKey } from "../../src/config/process.ts";
import { unservedNotice } from "../../src/text/notice.ts";
import { shownText } from "../support/hook.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { answerAs, askPeer, hooksOf, serve, startClient, stateOf } from "./support.ts";

/** A session of the project backend, whose server has not come yet. */
async function unserved(t: TestContext) {
  const world = openWorld(t);
  const { pid } = world.host();
  const client = hooksOf(world, "backend", pid);
  await client.start("one");
  const peer = async () => must(await world.store().peerOf(processKey(pid)));
  return { world, pid, client, peer };
}

/** A process that serves the session until it is killed. */
async function comeAndServe(world: World, hostPid: number) {
  const server = world.host();
  await serve(world, hostPid, server.pid);
  return { die: () => server.kill("SIGKILL") };
}

describe("a session whose server died", { concurrency: 2 }, () => {
  test("is shown no question; its person is told once, and again only after a server came and went", async (t) => {
    const { world, pid, client } = await unserved(t);
    const first = await comeAndServe(world, pid);
    await first.die();
    const id = await askPeer(world, "backend");
    assert.deepEqual((await client.prompt()).output, { systemMessage: unservedNotice() });
    for (const again of [await client.prompt(), await client.stop(), await client.prompt()])
      assert.deepEqual([again.stdout, again.stderr], ["", ""]);
    assert.equal(await stateOf(world, id), "pending");

    const second = await comeAndServe(world, pid);
    const shown = await client.prompt();
    assert.match(shownText(shown), new RegExp(`^<peer-question mark="\\w+" question_id="${id}"`));
    assert.equal(shown.output?.systemMessage, "claude-mesh: 1 question from frontend");
    await second.die();
    // Nor does the end of a turn demand an answer that the session cannot give.
    assert.deepEqual((await client.stop()).output, { systemMessage: unservedNotice() });
    assert.equal((await client.prompt()).stdout, "");
  });

  test("is shown the answers to what it asked all the same", async (t) => {
    const { world, pid, client, peer } = await unserved(t);
    const server = await comeAndServe(world, pid);
    const store = world.store();
    const now = Date.now();
    await store.join({ host: "1@1@elsewhere", projectPath: "/work/api", baseName: "api", now });
    const by = { process: "2@1@elsewhere", id: "1" };
    await store.ask({ asker: (await peer()).id, to: ["api"], body: "Which port?", by, now });
    await store.dropWaits(by.process);
    await answerAs(world, "api", "q1", "8080");
    await server.die();
    const { output } = await client.prompt();
    assert.match(output?.hookSpecificOutput?.additionalContext ?? "", /^<peer-reply [^]*8080/);
    assert.equal(output?.systemMessage, `${unservedNotice()}\nclaude-mesh: 1 answer from api`);
  });
});

/** How long a session's first prompt waits for its server (milliseconds). */
const WAITS_FOR_SERVER = 1_500;
/** What takes its time is tried so often where the machine was too busy to tell. */
const TRIES = 8;

describe("the first prompt of a session whose server is starting", () => {
  test("waits until the server is there, and no longer", async (t) => {
    for (let tries = 1; ; tries++) {
      const { world, pid, client, peer } = await unserved(t);
      const other = startClient(world, "frontend");
      await other.start("two");
      const id = await askPeer(world, "backend");
      const start = performance.now();
      let over = false;
      const prompt = client.prompt().finally(() => {
        over = true;
      });
      await until("the hook at work", async () => (await peer()).activity === "busy");
      // In the time of a whole hook of another session, this one would have ended.
      await other.prompt("two");
      const inTime = performance.now() - start < 0.8 * WAITS_FOR_SERVER;
      const waited = !over;
      await serve(world, pid);
      const { ms, ...run } = await prompt;
      assert.match(shownText({ ...run, ms }), new RegExp(`question_id="${id}"`));
      if (inTime) assert.ok(waited, "it ended before the server was there");
      if (inTime && ms < WAITS_FOR_SERVER) return;
      assert.ok(tries < TRIES, `${ms} ms, though the server came`);
    }
  });

  test("waits for one that never comes, but not for long", async (t) => {
    for (let tries = 1; ; tries++) {
      const { world, client } = await unserved(t);
      const other = startClient(world, "frontend");
      await other.start("two");
      const id = await askPeer(world, "backend");
      const [run, yardstick] = await Promise.all([client.prompt(), other.prompt("two")]);
      // It may still come: what is shown is in the session's conversation when it does.
      assert.match(shownText(run), new RegExp(`question_id="${id}"`));
      assert.ok(run.ms >= WAITS_FOR_SERVER, `it did not wait: ${run.ms} ms`);
      if (run.ms < WAITS_FOR_SERVER + 200 + 2 * yardstick.ms) return;
      assert.ok(tries < TRIES, `${run.ms} ms, and ${yardstick.ms} ms with a server`);
    }
  });

  test("once its time to start is over, it waits no more and shows no question", async (t) => {
    const { world, client, peer } = await unserved(t);
    const id = await askPeer(world, "backend");
    const { id: me } = await peer();
    world.database().run("UPDATE peers SET server_due_at = :now WHERE id = :me", { me, now: Date.now() });
    assert.deepEqual((await client.prompt()).output, { systemMessage: unservedNotice() });
    assert.equal(await stateOf(world, id), "pending");
  });
});
