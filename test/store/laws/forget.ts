import assert from "node:assert/strict";
import { DAY, idsOf, lawTests, type MakeBackend, SECOND } from "../stage.ts";

/** What a person may clear away: what is finished, and who has nothing to do with what is left. */
export function forgetLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "forgets what was closed by then, says before how much that is, and keeps what is open",
    async (stage) => {
      const { store, clock, join, ask, reply } = stage;
      const [a, b] = [await join("a"), await join("b")];
      const old = await ask(a, b, "old");
      const open = await ask(a, b, "open");
      await reply(b, old);
      const before = clock.now;
      clock.now += SECOND;
      const young = await ask(a, b, "young");
      await reply(b, young);
      assert.deepEqual(await store.forgettable(before), { questions: 1, peers: 0 });
      assert.deepEqual(await store.forget(before), { questions: 1, peers: 0 });
      assert.deepEqual(await store.forget(before), { questions: 0, peers: 0 });
      assert.deepEqual(idsOf(await store.history({ limit: 10, now: clock.now })), [young, open]);
    },
  );

  law("forgets an address that nobody holds and that has no mail left; no other", async (stage) => {
    const { store, clock, join, leave, ask, reply } = stage;
    const [a, b, asked, live] = [await join("a"), await join("b"), await join("asked"), await join("live")];
    const id = await ask(a, b);
    await ask(live, asked);
    await reply(b, id);
    for (const peer of [a, b, asked]) await leave(peer);
    const before = clock.now;
    clock.now += DAY / 2;
    const all = { questions: 1, peers: 2 };
    assert.deepEqual(await store.forgettable(before), all);
    const sum = { questions: 0, peers: 0 };
    for (let part = all; part.questions + part.peers > 0; ) {
      part = await store.forget(before);
      sum.questions += part.questions;
      sum.peers += part.peers;
    }
    assert.deepEqual(sum, all);
    const names = (await store.peers(clock.now)).map(({ name }) => name);
    assert.deepEqual(names.sort(), ["asked", "live"]);
  });
}
