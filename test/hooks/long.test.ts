import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";
import { askPeer, hooksOf, startClient, stateOf } from "./support.ts";

const ANNOUNCED = "1 question more waits: call `poll_inbox`.";

describe("a question that is too long for a hook", { concurrency: 2 }, () => {
  test("is announced, stays pending, and is shown whole by poll_inbox", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend", { hosted: true });
    const client = hooksOf(world, "backend", server.hostPid);
    await client.start("one");
    await server.call("register");
    const body = "0123456789".repeat(6_000);
    const id = await askPeer(world, "backend", body);
    // It holds up the end of a turn twice, as a question does that is not answered.
    const stops = [await client.stop(), await client.stop(), await client.stop()];
    assert.deepEqual(stops.map(shownText), [ANNOUNCED, ANNOUNCED, ""]);
    // A prompt begins a turn in any case.
    for (let prompt = 0; prompt < 2; prompt++) {
      const { output } = await client.prompt();
      // Nothing came that the person would be told of.
      assert.deepEqual(output, {
        hookSpecificOutput: { hookEventName: "UserPromptSubmit", additionalContext: ANNOUNCED },
      });
    }
    assert.equal((await client.stop()).stdout, "");
    assert.equal(await stateOf(world, id), "pending");
    const { text = "" } = await server.call("poll_inbox");
    assert.ok(text.includes(`\n${body}\n</peer-question mark="`));
    await until("the showing", async () => (await stateOf(world, id)) === "shown");
  });

  test("does not keep back a short one, which is shown beside its announcement", async (t) => {
    const world = openWorld(t);
    const client = startClient(world, "backend");
    await client.start("one");
    const long = await askPeer(world, "backend", "x".repeat(20_000));
    const short = await askPeer(world, "backend", "Which port?");
    const shown = shownText(await client.prompt());
    assert.match(shown, new RegExp(`^<peer-question [^\\n]*question_id="${short}"`));
    assert.ok(shown.endsWith(`\n${ANNOUNCED}`));
    await client.stop();
    assert.deepEqual([await stateOf(world, long), await stateOf(world, short)], ["pending", "shown"]);
  });
});

test("of questions that do not fit together, the rest comes with the next prompt, each whole and once", async (t) => {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  const bodies = ["a", "b", "c"].map((letter) => letter.repeat(3_500));
  const ids: string[] = [];
  for (const body of bodies) ids.push(await askPeer(world, "backend", body));
  const states = () => Promise.all(ids.map((id) => stateOf(world, id)));
  const store = world.store();
  const me = must((await store.peers(Date.now())).find(({ name }) => name === "backend"));
  /** As when its model calls a tool. */
  const turnGoesOn = () => store.turnSeen(me.id, "call");
  const shows = (text: string) => bodies.map((body) => text.includes(`\n${body}\n`));

  const first = shownText(await client.prompt());
  assert.deepEqual(shows(first), [true, true, false]);
  assert.ok(first.endsWith(`\n${ANNOUNCED}`));
  await turnGoesOn();
  assert.deepEqual(await states(), ["shown", "shown", "pending"]);

  const second = shownText(await client.prompt());
  assert.deepEqual(shows(second), [false, false, true]);
  assert.doesNotMatch(second, /poll_inbox/);
  await turnGoesOn();
  assert.deepEqual(await states(), ["shown", "shown", "shown"]);
});
