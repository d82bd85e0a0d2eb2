import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { openWorld, type World } from "../support/world.ts";
import { askPeer, hooksOf, liveNames, serve, startClient, stateOf } from "./support.ts";

/** The variables of `claude -p`. */
const RUN = { CLAUDE_CODE_ENTRYPOINT: "sdk-cli", CLAUDE_CODE_SESSION_ATTENDED: "0" };

/** Every hook of a run of the project backend, from its start to before its end. */
async function startRun(world: World, session: string, source: string) {
  const { pid, kill } = world.host();
  const hooks = hooksOf(world, "backend", pid, RUN);
  const started = await hooks.start(session, source);
  await serve(world, pid);
  return { kill, hooks, output: [started, await hooks.prompt(session), await hooks.stop(session)] };
}

const peerOf = async (world: World, name: string) =>
  (await world.store().peers(Date.now())).find((peer) => peer.name === name);

describe("a run that a program drives takes nobody's name, session and mail", { concurrency: 2 }, () => {
  for (const [source, session] of [
    ["startup", "two"],
    ["resume", "one"],
    ["fork", "two"],
    ["fork", "one"],
  ] as const) {
    const how = `${source}, as session ${session}`;

    test(`while the project is closed: ${how}`, async (t) => {
      const world = openWorld(t);
      const first = startClient(world, "backend");
      await first.start("one");
      const shown = await askPeer(world, "backend", "Shown?");
      await first.prompt("one");
      await first.end("one");
      const pending = await askPeer(world, "backend", "Pending?");

      const run = await startRun(world, session, source);
      for (const { code, stdout, stderr } of run.output)
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.deepEqual(await liveNames(world), ["backend-run", "frontend"]);
      assert.equal((await peerOf(world, "backend"))?.sessionId, "one");
      assert.equal(await stateOf(world, pending), "pending");
      await run.hooks.end(session);

      // Nor did it cost the session its name, or the mail that it was shown.
      const next = startClient(world, "backend");
      assert.match(
        shownText(await next.start("one", "resume")),
        /the peer "backend"[^\n]* 2 questions wait for it/,
      );
      const text = shownText(await next.prompt("one"));
      for (const id of [shown, pending]) assert.match(text, new RegExp(`question_id="${id}"`));
    });

    test(`while the project is open: ${how}`, async (t) => {
      const world = openWorld(t);
      const client = startClient(world, "backend");
      await client.start("one");
      const before = await peerOf(world, "backend");
      const id = await askPeer(world, "backend");

      const run = await startRun(world, session, source);
      for (const { code, stdout, stderr } of run.output)
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.deepEqual(await liveNames(world), ["backend", "backend-run", "frontend"]);
      const after = await peerOf(world, "backend");
      assert.deepEqual([after?.id, after?.host, after?.sessionId], [before?.id, before?.host, "one"]);
      assert.equal(await stateOf(world, id), "pending");

      await run.hooks.end(session);
      assert.deepEqual(await liveNames(world), ["backend", "frontend"]);
      assert.match(shownText(await client.prompt("one")), new RegExp(`question_id="${id}"`));
    });
  }

  test("by its server, too, which asks", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    await client.end("one");
    const id = await askPeer(world, "backend");
    world.hostSettings({ permissions: { defaultMode: "plan" } }, "backend");
    const env = { ...RUN, CLAUDE_CODE_SESSION_ID: "one" };
    const server = await world.server("backend", { hosted: true, env });
    const { name, project_path } = await server.call("register");
    assert.deepEqual([name, project_path], ["backend-run", world.project("backend")]);
    assert.equal((await peerOf(world, "backend-run"))?.permissionMode, "plan");
    assert.deepEqual((await server.call("poll_inbox")).questions, []);
    assert.equal(await stateOf(world, id), "pending");
    const asks = { to: "frontend", question: "Which port?", timeout_seconds: 1 };
    const asked = await server.call("ask_peer", asks);
    assert.deepEqual([asked.status, await stateOf(world, asked.question_id ?? "")], ["timed_out", "pending"]);
  });
});
