import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { openWorld } from "../support/world.ts";
import { answerAs, askPeer, liveNames, startClient, stateOf } from "./support.ts";

describe("SessionStart", { concurrency: 4 }, () => {
  test("registers the session and tells it its name in one line", async (t) => {
    const world = openWorld(t);
    const { code, stderr, stdout, output } = await startClient(world, "backend").start("one");
    assert.deepEqual([code, stderr, stdout.split("\n").length], [0, "", 2]);
    assert.equal(output?.hookSpecificOutput?.hookEventName, "SessionStart");
    const context = output?.hookSpecificOutput?.additionalContext ?? "";
    assert.match(context, /this session is the peer "backend"/);
    assert.ok(!context.includes("\n"));
    assert.deepEqual(await liveNames(world), ["backend"]);
  });

  test("names the other live sessions, not those that ended", async (t) => {
    const world = openWorld(t);
    await startClient(world, "mobile").start("one");
    const ended = startClient(world, "ended");
    await ended.start("two");
    await ended.kill();
    const text = shownText(await startClient(world, "backend").start("three"));
    assert.match(text, /live peers: mobile\./);
  });

  for (const source of ["startup", "resume", "clear", "compact", "fork"]) {
    test(`of the source ${source} shows no mail: it says how much waits, and the next prompt shows it`, async (t) => {
      const world = openWorld(t);
      const first = startClient(world, "backend");
      await first.start("one");
      await first.end("one");
      const id = await askPeer(world, "backend");
      const client = startClient(world, "backend");
      const started = await client.start("two", source);
      assert.match(
        shownText(started),
        /^claude-mesh: this session is the peer "backend"; live peers: frontend\. [^\n]* 1 question waits for it; the next turn shows what\.$/,
      );
      // In the middle of its work, the person is told nothing.
      const notice = 'claude-mesh: this session is "backend"; live peers: frontend; 1 question waits for it';
      assert.equal(started.output?.systemMessage, source === "compact" ? undefined : notice);
      assert.equal(await stateOf(world, id), "pending");
      assert.match(
        shownText(await client.prompt("two")),
        new RegExp(`^<peer-question mark="\\w+" question_id="${id}" from="frontend"`),
      );
      await client.stop("two");
      assert.equal(await stateOf(world, id), "shown");
    });
  }

  test("keeps the peer over /clear, and leaves it to the next prompt to show what the cleared conversation was shown", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    const [left, answered] = [
      await askPeer(world, "backend", "Left?"),
      await askPeer(world, "backend", "Done?"),
    ];
    await client.prompt("one");
    await answerAs(world, "backend", answered, "8080");
    // Its reminders are used up: the next conversation gets them anew.
    for (let stop = 0; stop < 3; stop++) await client.stop("one");
    await client.end("one", "clear");
    const text = shownText(await client.start("two", "clear"));
    assert.match(text, /the peer "backend"[^\n]* 1 question waits for it; the next turn shows what\.$/);
    assert.deepEqual(await liveNames(world), ["frontend", "backend"].sort());
    const shown = shownText(await client.prompt("two"));
    assert.match(
      shown,
      new RegExp(`^Reminder: ${left} [^\n]*\n<peer-question [^\n]*\nLeft\\?\n</peer-question`),
    );
    assert.doesNotMatch(shown, /Done/);
    const held = [await client.stop("two"), await client.stop("two"), await client.stop("two")];
    assert.deepEqual(
      held.map((stop) => shownText(stop) !== ""),
      [true, true, false],
    );
  });

  test("of a compaction leaves the session at work, in whose turn it comes", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    const activity = async () => (await world.store().peers(Date.now()))[0]?.activity;
    await client.prompt("one");
    assert.equal(await activity(), "busy");
    await client.start("one", "compact");
    assert.equal(await activity(), "busy");
    await client.start("two", "clear");
    assert.equal(await activity(), "idle");
  });

  test("gives a resumed session the name it had", async (t) => {
    const world = openWorld(t);
    const [first, second] = [startClient(world, "backend"), startClient(world, "backend")];
    await first.start("one");
    await second.start("two");
    await first.end("one");
    await second.end("two");
    assert.match(
      shownText(await startClient(world, "backend").start("two", "resume")),
      /the peer "backend-2"/,
    );
  });

  test("stays below what the host shows, with sixty sessions and ten largest questions", async (t) => {
    const world = openWorld(t);
    const store = world.store();
    const now = Date.now();
    for (let n = 0; n < 60; n++) {
      const baseName = `${"x".repeat(55)}-${100 + n}`;
      await store.join({ host: `${n}@1@elsewhere`, projectPath: `/work/${n}`, baseName, now });
    }
    const first = startClient(world, "backend");
    await first.start("one");
    for (let n = 0; n < 10; n++) await askPeer(world, "backend", String(n).repeat(65_536));
    const { output } = await first.start("two", "clear");
    const { systemMessage = "", hookSpecificOutput } = output ?? {};
    const { additionalContext = "" } = hookSpecificOutput ?? {};
    assert.match(
      additionalContext,
      / and 48 more\. [^\n]* 10 questions wait for it; the next turn shows what\.$/,
    );
    for (const text of [additionalContext, systemMessage])
      assert.ok(text.length < 10_000, `${text.length} characters`);
  });
});

describe("SessionEnd", { concurrency: 4 }, () => {
  for (const reason of ["other", "logout", "prompt_input_exit"]) {
    test(`${reason} deactivates the peer, printing nothing`, async (t) => {
      const world = openWorld(t);
      const client = startClient(world, "backend");
      await client.start("one");
      const { code, stdout, stderr } = await client.end("one", reason);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.deepEqual(await liveNames(world), []);
    });
  }

  test("clear leaves it", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    await client.end("one", "clear");
    assert.deepEqual(await liveNames(world), ["backend"]);
  });

  test("of an old session, come late, leaves the newer one", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    await client.start("two", "clear");
    await client.end("one", "other");
    assert.deepEqual(await liveNames(world), ["backend"]);
    await client.end("two", "other");
    assert.deepEqual(await liveNames(world), []);
  });

  test("of another client leaves this one", async (t) => {
    const world = openWorld(t);
    await startClient(world, "backend").start("one");
    await startClient(world, "backend").end("one");
    assert.deepEqual(await liveNames(world), ["backend"]);
  });
});
