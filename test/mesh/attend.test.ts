import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { makeFileBell } from "../../src/bell/file-bell.ts";
import { attend } from "../../src/mesh/attend.ts";
import { makeSqliteBackend } from "../store/sqlite-backend.ts";
import { openStage } from "../store/stage.ts";
import { tempFolder } from "../support/folder.ts";
import { must, until } from "../support/until.ts";

/** A session that is attended to, with a word on each look. */
async function attended(t: TestContext, session: { ready?: boolean; idle?: boolean } = {}) {
  const stage = await openStage(t, () => makeSqliteBackend("auto"));
  const bell = makeFileBell(join(tempFolder(), "bells"));
  const [frontend, backend] = [await stage.join("frontend"), await stage.join("backend")];
  const state = { ready: true, idle: true, ...session };
  const seen = { looks: 0, idleLooks: 0, wakes: 0 };
  const errors: unknown[] = [];
  const stop = new AbortController();
  const mesh = {
    store: stage.store,
    bell,
    now: () => stage.clock.now,
    process: "server",
    liveness: () => "alive" as const,
    hostStatus: () => undefined,
  };
  const over = attend(mesh, backend.host ?? "", backend.id, {
    rung: "socket",
    ready: () => {
      seen.looks++;
      return state.ready;
    },
    idle: () => {
      seen.idleLooks++;
      return state.idle;
    },
    idleSince: () => undefined,
    allowed: () => true,
    wake: async () => void seen.wakes++,
    signal: stop.signal,
    onError: (error) => errors.push(error),
  });
  const end = async () => {
    stop.abort();
    await over;
    bell.close();
  };
  t.after(end);
  return {
    ...stage,
    seen,
    state,
    errors,
    end,
    frontend,
    backend,
    ring: () => bell.ring(backend.id),
    async moreLooks(count = 2) {
      const before = seen.looks;
      await until(`${count} more looks`, () => {
        bell.ring(backend.id);
        return seen.looks >= before + count;
      });
    },
  };
}

describe("an attended session", { concurrency: 4 }, () => {
  test("is woken once for a burst, however often it is looked at", async (t) => {
    const { ask, frontend, backend, moreLooks, seen, errors, show } = await attended(t);
    await ask(frontend, backend, "one");
    await moreLooks();
    await ask(frontend, backend, "two");
    await moreLooks(3);
    assert.equal(seen.wakes, 1);
    await show(backend);
    await ask(frontend, backend, "three");
    await moreLooks(3);
    assert.deepEqual([seen.wakes, errors], [2, []]);
  });

  test("is found by the slow poll where no bell rings", async (t) => {
    const { ask, frontend, backend, seen } = await attended(t);
    await ask(frontend, backend);
    await until("the wake", () => seen.wakes === 1);
  });

  test("is not woken while it is at work, and is when it is idle", async (t) => {
    const { ask, frontend, backend, moreLooks, seen, state } = await attended(t, { idle: false });
    await ask(frontend, backend);
    await moreLooks(3);
    assert.equal(seen.wakes, 0);
    state.idle = true;
    await until("the wake", () => seen.wakes === 1);
  });

  test("is not even asked whether it is idle where the rung is not to be tried", async (t) => {
    const { ask, frontend, backend, moreLooks, seen } = await attended(t, { ready: false });
    await ask(frontend, backend);
    await moreLooks(3);
    assert.deepEqual([seen.idleLooks, seen.wakes], [0, 0]);
  });

  test("is not woken while it has no server to answer with", async (t) => {
    const { ask, frontend, backend, moreLooks, seen, store, clock } = await attended(t);
    const server = must(backend.server);
    await store.bury([server], clock.now);
    await ask(frontend, backend);
    await moreLooks(3);
    assert.deepEqual([seen.idleLooks, seen.wakes], [0, 0]);
    await store.touch({ peer: backend.id, server, now: clock.now });
    await until("the wake", () => seen.wakes === 1);
  });

  test("is woken when it goes on after it was suspended, for which nobody else need look", async (t) => {
    const { ask, frontend, backend, ring, seen, store } = await attended(t);
    await store.noteSuspended([must(backend.host)]);
    await ask(frontend, backend);
    ring();
    await until("the wake", () => seen.wakes === 1);
  });

  test("is attended to no longer once that was stopped", async (t) => {
    const { ask, frontend, backend, end, seen, ring } = await attended(t);
    await end();
    await ask(frontend, backend);
    ring();
    assert.equal(seen.looks, 0);
  });
});
