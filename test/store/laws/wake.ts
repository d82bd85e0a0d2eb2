import assert from "node:assert/strict";
import type { Peer, WakeRung } from "../../../src/domain/peer.ts";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { WAKE_LEASE } from "../../../src/domain/waking.ts";
import { must } from "../../support/until.ts";
import { DAY, endOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

export function wakeLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law("a wake is due for a question and for an answer, until they are shown", async (stage) => {
    const { store, reply, show, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    assert.deepEqual([await due(stage, frontend), await due(stage, backend)], [false, true]);
    await show(backend);
    assert.equal(await due(stage, backend), false);
    await store.stopWaiting(endOf(frontend, [id], clock.now));
    await reply(backend, id);
    assert.equal(await due(stage, frontend), true);
    await show(frontend);
    assert.equal(await due(stage, frontend), false);
  });

  law("no wake is due while a call of the session waits: it takes what comes", async (stage) => {
    const { reply, store, clock } = stage;
    const { frontend, backend, id } = await asked(stage);
    await reply(backend, id);
    assert.equal(await due(stage, frontend), false);
    assert.equal(await claim(stage, frontend), false);
    const { receipt } = await store.stopWaiting(endOf(frontend, [id], clock.now));
    assert.equal(await due(stage, frontend), false);
    await store.release(receipt);
    assert.equal(await due(stage, frontend), true);
  });

  law("no wake is due while a hook or call is about to show it", async (stage) => {
    const { store, clock, take } = stage;
    const { backend } = await asked(stage);
    const { receipt } = await take(backend);
    assert.deepEqual([await due(stage, backend), await claim(stage, backend)], [false, false]);
    await store.release(receipt);
    assert.equal(await due(stage, backend), true);
    await take(backend);
    clock.now += HANDING_LEASE;
    assert.deepEqual([await due(stage, backend), await claim(stage, backend)], [true, true]);
  });

  law("no wake is due for what was taken back or has expired", async (stage) => {
    const { store, clock, ask } = stage;
    const { frontend, backend, id } = await asked(stage);
    await store.cancel(endOf(frontend, [id], clock.now));
    assert.equal(await due(stage, backend), false);
    await ask(frontend, backend, "another");
    clock.now += DAY;
    await ask(frontend, await stage.join("mobile"), "whatever writes closes it");
    assert.equal(await due(stage, backend), false);
  });

  law("one claimant has the wake, however many try at once", async (stage) => {
    const { backend } = await asked(stage);
    const { clock, backend: data } = stage;
    const handles = [await data.open(), await data.open(), await data.open()];
    const request = { peer: backend.id, rung: "socket" as const, now: clock.now };
    const claims = Array.from({ length: 9 }, (_, n) => must(handles[n % 3]).claimWake(request));
    assert.equal((await Promise.all(claims)).filter(Boolean).length, 1);
  });

  law("nobody claims a wake over nothing, or of a session that left", async (stage) => {
    const { leave } = stage;
    const { frontend, backend } = await asked(stage);
    assert.equal(await claim(stage, frontend), false);
    await leave(backend);
    assert.equal(await claim(stage, backend), false);
  });

  law("a burst of questions makes one wake within the lease", async (stage) => {
    const { clock, ask } = stage;
    const { frontend, backend } = await asked(stage);
    assert.equal(await claim(stage, backend), true);
    for (let n = 0; n < 4; n++) {
      clock.now += Math.floor((WAKE_LEASE - 1) / 4);
      await ask(frontend, backend, `question ${n}`);
      assert.deepEqual([await claim(stage, backend), await claim(stage, backend, "rewake")], [false, false]);
    }
  });

  law("after a wake that led to nothing the same rung tries once more", async (stage) => {
    const { clock } = stage;
    const { backend } = await asked(stage);
    assert.equal(await claim(stage, backend), true);
    clock.now += WAKE_LEASE;
    assert.deepEqual([await claim(stage, backend), await claim(stage, backend)], [true, false]);
    clock.now += WAKE_LEASE;
    assert.equal(await claim(stage, backend), false);
  });

  for (const tries of [1, 2]) {
    law(`the next rung tries after ${tries} of the first, never the other way round`, async (stage) => {
      const { clock } = stage;
      const { backend } = await asked(stage);
      for (let n = 0; n < tries; n++) {
        assert.equal(await claim(stage, backend, "socket"), true);
        clock.now += WAKE_LEASE;
      }
      assert.equal(await claim(stage, backend, "rewake"), true);
      clock.now += WAKE_LEASE;
      assert.equal(await claim(stage, backend, "socket"), false);
      assert.equal(await claim(stage, backend, "rewake"), true);
      clock.now += WAKE_LEASE;
      assert.deepEqual(
        [await claim(stage, backend, "socket"), await claim(stage, backend, "rewake")],
        [false, false],
      );
    });
  }

  law("a wake that failed makes the prompt the way that works, until a later one does", async (stage) => {
    const { clock, show } = stage;
    const { backend } = await asked(stage);
    await claim(stage, backend);
    assert.equal(await wakeOf(stage, backend), null);
    clock.now += WAKE_LEASE;
    await claim(stage, backend, "rewake");
    assert.equal(await wakeOf(stage, backend), "prompt");
    await show(backend);
    assert.equal(await wakeOf(stage, backend), "rewake");
  });

  law("something newer begins again from the first rung", async (stage) => {
    const { clock, ask } = stage;
    const { frontend, backend } = await asked(stage);
    await claim(stage, backend, "socket");
    clock.now += WAKE_LEASE;
    await ask(frontend, backend, "newer");
    assert.equal(await claim(stage, backend, "socket"), true);
  });

  for (const rung of ["socket", "rewake"] as const) {
    law(`what is shown within the lease makes ${rung} the way that works`, async (stage) => {
      const { clock, show } = stage;
      const { backend } = await asked(stage);
      await claim(stage, backend, rung);
      clock.now += WAKE_LEASE - 1;
      await show(backend);
      assert.equal(await wakeOf(stage, backend), rung);
    });

    law(`what is shown after the lease of ${rung} came by the prompt`, async (stage) => {
      const { clock, show } = stage;
      const { backend } = await asked(stage);
      await claim(stage, backend, rung);
      clock.now += WAKE_LEASE;
      await show(backend);
      assert.equal(await wakeOf(stage, backend), "prompt");
    });
  }

  law("a showing ends the wake, so the next burst begins another at once", async (stage) => {
    const { ask, show } = stage;
    const { frontend, backend } = await asked(stage);
    await claim(stage, backend);
    await show(backend);
    await ask(frontend, backend, "next");
    assert.equal(await claim(stage, backend), true);
  });

  law("a showing without a wake, or of nothing, says nothing of the ways", async (stage) => {
    const { ask, show } = stage;
    const { frontend, backend } = await asked(stage);
    await show(backend);
    assert.equal(await wakeOf(stage, backend), null);
    await ask(frontend, backend, "next");
    await claim(stage, backend);
    await show(frontend);
    await show(frontend, "open");
    assert.equal(await wakeOf(stage, backend), null);
  });

  law("what is known of waking ends with the session", async (stage) => {
    const { store, join, leave } = stage;
    const { backend } = await asked(stage);
    await store.noteWake(backend.id, "refused");
    await store.setWaker(backend.id, "waker");
    assert.equal(await wakeOf(stage, backend), "refused");
    assert.equal((await store.peerOf(must(backend.host)))?.waker, "waker");
    await claim(stage, backend);
    await leave(backend);
    const next = await join("backend");
    assert.deepEqual([next.id, next.wake, next.waker], [backend.id, null, null]);
    assert.equal(await claim(stage, next), true);
  });

  law("the newest waker is the peer's", async (stage) => {
    const { store, join } = stage;
    const backend = await join("backend");
    await store.setWaker(backend.id, "older");
    await store.setWaker(backend.id, "newer");
    assert.equal((await store.peerOf(must(backend.host)))?.waker, "newer");
  });
}

async function asked({ join, ask }: Stage) {
  const [frontend, backend] = [await join("frontend"), await join("backend")];
  return { frontend, backend, id: await ask(frontend, backend) };
}

const due = ({ store, clock }: Stage, { id }: Peer) => store.wakeDue(id, clock.now);

const claim = ({ store, clock }: Stage, { id }: Peer, rung: WakeRung = "socket") =>
  store.claimWake({ peer: id, rung, now: clock.now });

async function wakeOf({ store, clock }: Stage, { id }: Peer): Promise<WakeRung | null | undefined> {
  return (await store.peers(clock.now)).find((peer) => peer.id === id)?.wake;
}
