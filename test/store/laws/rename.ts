import assert from "node:assert/strict";
import type { Peer } from "../../../src/domain/peer.ts";
import { HANDING_LEASE } from "../../../src/domain/question.ts";
import { assertNoRing } from "../random/ring.ts";
import { expectKind, idsOf, lawTests, type MakeBackend, type Stage } from "../stage.ts";

/** A rename onto an address that its project left asleep joins the two, while others wait for either. */
export function renameLaws(make: MakeBackend): void {
  const law = lawTests(make);

  law(
    "who waits for a peer and takes over an address that this one waits for makes no ring",
    async (stage) => {
      const { ask, show, wait, look, reply, backend: data } = stage;
      const { frontend, backend, toSleeper } = await waitingForSleeper(stage);
      // Frontend waits for the sleeper, backend for frontend.
      const toFrontend = await ask(backend, frontend, "Which colour?");
      await show(frontend);
      expectKind(await wait(frontend, [toSleeper]), "waiting");
      expectKind(await wait(backend, [toFrontend]), "waiting");
      await rename(stage, backend, "backend-2");
      assertNoRing((await data.inspect([], Number.MAX_SAFE_INTEGER)).waits);
      // Both look: backend is handed the question, frontend still owes an answer.
      const handed = expectKind(await look(backend, [toFrontend]), "interrupted");
      assert.deepEqual(idsOf(handed.questions), [toSleeper]);
      assertNoRing((await data.inspect([], Number.MAX_SAFE_INTEGER)).waits);
      const state = await look(frontend, [toSleeper]);
      assert.ok(state.kind === "interrupted" || state.kind === "owes", state.kind);
      await reply(backend, toSleeper, "8080");
      await reply(frontend, toFrontend, "blue");
      assert.equal(expectKind(await wait(backend, [toFrontend]), "settled").asked[0]?.answer, "blue");
      assert.equal(expectKind(await wait(frontend, [toSleeper]), "settled").asked[0]?.answer, "8080");
    },
  );

  law("the same ring through a third peer does not form either", async (stage) => {
    const { join, ask, show, wait, backend: data } = stage;
    const { frontend, backend, toSleeper } = await waitingForSleeper(stage);
    const mobile = await join("mobile");
    const toMobile = await ask(backend, mobile, "to mobile");
    await show(mobile);
    const toFrontend = await ask(mobile, frontend, "to frontend");
    await show(frontend);
    for (const [peer, id] of [
      [frontend, toSleeper],
      [mobile, toFrontend],
      [backend, toMobile],
    ] as const) {
      expectKind(await wait(peer, [id]), "waiting");
    }
    await rename(stage, backend, "backend-2");
    assertNoRing((await data.inspect([], Number.MAX_SAFE_INTEGER)).waits);
  });

  law("who waits goes on waiting where the new name brings nothing", async (stage) => {
    const { join, leave, ask, reply, look } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    await leave(await join("backend"));
    const id = await ask(backend, frontend);
    await rename(stage, backend, "backend-2");
    expectKind(await look(backend, [id]), "waiting");
    await reply(frontend, id, "8080");
    assert.equal(expectKind(await look(backend, [id]), "settled").asked[0]?.answer, "8080");
  });

  law("who waited for the sleeping address waits on for the one that took it over", async (stage) => {
    const { look, show, reply, isAsking } = stage;
    const { frontend, backend, toSleeper } = await waitingForSleeper(stage);
    await rename(stage, backend, "backend-2");
    const [one] = expectKind(await look(frontend, [toSleeper]), "waiting").asked;
    assert.deepEqual([one?.recipient, one?.to], ["active", "backend-2"]);
    assert.equal(await isAsking(frontend), true);
    await show(backend);
    await reply(backend, toSleeper, "8080");
    assert.equal(expectKind(await look(frontend, [toSleeper]), "settled").asked[0]?.answer, "8080");
  });

  law(
    "what the two addresses asked each other stays, and the session may answer it itself",
    async (stage) => {
      const { join, leave, ask, look, wait, show, reply, backend: data } = stage;
      const [backend, second] = [await join("backend"), await join("backend")];
      const own = await ask(backend, second);
      await leave(second);
      await rename(stage, backend, "backend-2");
      assertNoRing((await data.inspect([], Number.MAX_SAFE_INTEGER)).waits);
      assert.deepEqual(idsOf(expectKind(await look(backend, [own]), "interrupted").questions), [own]);
      stage.clock.now += HANDING_LEASE;
      await show(backend);
      assert.deepEqual(expectKind(await wait(backend, [own]), "owes").questions, [own]);
      await reply(backend, own, "8080");
      assert.deepEqual(idsOf((await show(backend)).replies), [own]);
    },
  );

  law("answers that the sleeping address is owed come to the one that took it over", async (stage) => {
    const { join, leave, ask, reply, show } = stage;
    const [frontend, backend] = [await join("frontend"), await join("backend")];
    const second = await join("backend");
    const [early, late] = [await ask(second, frontend, "early"), await ask(second, frontend, "late")];
    await reply(frontend, early);
    await leave(second);
    await rename(stage, backend, "backend-2");
    await reply(frontend, late);
    assert.deepEqual(idsOf((await show(backend)).replies), [early, late]);
  });
}

/** Frontend waits for backend-2, which has left; backend lives. */
async function waitingForSleeper(stage: Stage) {
  const { join, leave, ask, look } = stage;
  const [frontend, backend, second] = [await join("frontend"), await join("backend"), await join("backend")];
  const toSleeper = await ask(frontend, second);
  await leave(second);
  expectKind(await look(frontend, [toSleeper]), "waiting");
  return { frontend, backend, toSleeper };
}

function rename({ join }: Stage, peer: Peer, name: string): Promise<Peer> {
  return join("backend", { host: peer.host ?? "", rename: name });
}
