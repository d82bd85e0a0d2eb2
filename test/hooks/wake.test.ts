import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { assertPointer } from "../support/pointer.ts";
import type { Running } from "../support/process.ts";
import { until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { askPeer, serve } from "./support.ts";

const SOCKET = { CLAUDE_CODE_MESSAGING_SOCKET: "/run/none.sock", CLAUDE_CODE_MESSAGING_TOKEN: "token" };

/** An idle client of the project backend, whose Stop hook may leave a waker behind. */
async function backend(t: TestContext) {
  const world = openWorld(t);
  const host = world.host();
  const { pid: hostPid } = host;
  world.hostStatus(hostPid, "idle");
  const input = { hook_event_name: "Stop", session_id: "one" };
  const start = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
  await world.hook("session-start", { project: "backend", hostPid, input: start });
  await serve(world, hostPid);
  const store = world.store();
  const peer = async () => (await store.peers(Date.now())).find(({ name }) => name === "backend");
  return {
    world,
    host,
    store,
    peer,
    waker: (env: NodeJS.ProcessEnv = {}) =>
      world.stayingHook("wake", {
        project: "backend",
        hostPid,
        input,
        env: { CLAUDE_CODE_ENTRYPOINT: "cli", ...env },
      }),
    prompt: (more: object = {}) =>
      world.hook("inbox-poll", {
        project: "backend",
        hostPid,
        input: { hook_event_name: "UserPromptSubmit", session_id: "one", ...more },
      }),
    /** Until that process is the session's waker. */
    stays: (waker: Running) =>
      until("the waker", async () => (await peer())?.waker?.startsWith(`${waker.pid}@`)),
  };
}

async function assertWakes(world: World, waker: Running): Promise<void> {
  await askPeer(world, "backend", "The secret body?");
  const { code, stdout, stderr } = await waker.ended;
  assert.deepEqual([code, stdout], [2, ""]);
  assertPointer(stderr);
}

describe("the waker ends at once, saying nothing", { concurrency: 4 }, () => {
  const cases: Record<string, NodeJS.ProcessEnv> = {
    "where the session has its inbox socket": SOCKET,
    "where nobody attends the session": { CLAUDE_CODE_SESSION_ATTENDED: "0" },
    "where a program runs the session": { CLAUDE_CODE_ENTRYPOINT: "sdk-cli" },
    "where nothing says that a person runs it": { CLAUDE_CODE_ENTRYPOINT: "" },
  };
  for (const [where, env] of Object.entries(cases)) {
    test(where, async (t) => {
      const { world, waker, peer } = await backend(t);
      await askPeer(world, "backend");
      const { code, stdout, stderr } = await waker(env).ended;
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.equal((await peer())?.waker, null);
    });
  }

  for (const inbound of ["hold", "refuse"]) {
    test(`where the user's settings say ${inbound}`, async (t) => {
      const { world, waker } = await backend(t);
      world.hostSettings({ crossSessionInbound: inbound });
      await askPeer(world, "backend");
      const { code, stdout, stderr } = await waker().ended;
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });
  }
});

describe("where the mesh was told of another project folder", { concurrency: 2 }, () => {
  const told = (world: World) => ({ CLAUDE_MESH_PROJECT_PATH: world.project("alias") });

  test("the waker obeys the settings of the folder that the client runs in", async (t) => {
    const { world, waker } = await backend(t);
    world.hostSettings({ crossSessionInbound: "refuse" }, "backend");
    await askPeer(world, "backend");
    for (const more of [{}, { CLAUDE_PROJECT_DIR: world.project("backend") }]) {
      const { code, stdout, stderr } = await waker({ ...told(world), ...more }).ended;
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    }
  });

  test("and not those of the other one", async (t) => {
    const { world, waker, stays } = await backend(t);
    world.hostSettings({ crossSessionInbound: "refuse" }, "alias");
    const running = waker(told(world));
    await stays(running);
    await assertWakes(world, running);
  });

  test("and a session starts in the permission mode that they say", async (t) => {
    const { world, peer } = await backend(t);
    world.hostSettings({ permissions: { defaultMode: "plan" } }, "backend");
    world.hostSettings({ permissions: { defaultMode: "acceptEdits" } }, "alias");
    const { pid: hostPid } = world.host();
    const input = { hook_event_name: "SessionStart", session_id: "two", source: "startup" };
    await world.hook("session-start", { project: "backend", hostPid, env: told(world), input });
    const peers = await world.store().peers(Date.now());
    assert.equal(peers.find(({ name }) => name === "alias")?.permissionMode, "plan");
    assert.equal((await peer())?.permissionMode, null);
  });
});

describe("the waker stays and wakes", { concurrency: 4 }, () => {
  test("where there is no socket: by its exit code and a pointer, never the question", async (t) => {
    const { world, waker, stays, prompt } = await backend(t);
    const running = waker();
    await stays(running);
    await assertWakes(world, running);
    assert.match(shownText(await prompt()), /The secret body\?/);
  });

  test("over what waited before it came", async (t) => {
    const { world, waker } = await backend(t);
    await assertWakes(world, waker());
  });

  test("where there is a socket, but the session bypasses permissions", async (t) => {
    const { world, waker, stays, prompt } = await backend(t);
    await prompt({ permission_mode: "bypassPermissions" });
    const running = waker(SOCKET);
    await stays(running);
    await assertWakes(world, running);
  });

  test("where there is a socket, but the settings start sessions that bypass permissions", async (t) => {
    const { world, waker, stays } = await backend(t);
    world.hostSettings({ permissions: { defaultMode: "bypassPermissions" } });
    const running = waker(SOCKET);
    await stays(running);
    await assertWakes(world, running);
  });

  for (const rung of ["rewake", "prompt"] as const) {
    test(`where there is a socket, but ${rung} was the last way that worked`, async (t) => {
      const { world, waker, stays, store, peer } = await backend(t);
      await store.noteWake((await peer())?.id ?? 0, rung);
      const running = waker(SOCKET);
      await stays(running);
      await assertWakes(world, running);
    });
  }

  test("over a late answer", async (t) => {
    const { waker, stays, store, peer } = await backend(t);
    const now = Date.now();
    const api = await store.join({ host: "1@1@elsewhere", projectPath: "/work/api", baseName: "api", now });
    const by = { process: "2@1@elsewhere", id: "1" };
    const ask = { asker: (await peer())?.id ?? 0, to: ["api"], body: "Which port?", by, now };
    const [asked] = await store.ask(ask);
    await store.dropWaits(by.process);
    const running = waker();
    await stays(running);
    await store.reply({ peer: api.id, question: asked?.id ?? 0, answer: "8080", decline: false, now });
    assert.equal((await running.ended).code, 2);
  });

  for (const status of ["busy", "waiting"] as const) {
    test(`not while the client says that the session is ${status}, but right after`, async (t) => {
      const { world, host, waker, stays } = await backend(t);
      world.hostStatus(host.pid, status);
      const quiet = waker();
      await stays(quiet);
      await askPeer(world, "backend");
      // Another session's waker, started later, wakes at once: there was time enough.
      const other = world.host();
      const env = { CLAUDE_CODE_ENTRYPOINT: "cli" };
      const input = { hook_event_name: "Stop", session_id: "two" };
      const control = world.stayingHook("wake", { project: "mobile", hostPid: other.pid, input, env });
      await until("mobile", async () =>
        (await world.store().peers(Date.now())).some(({ waker }) => waker?.startsWith(`${control.pid}@`)),
      );
      await askPeer(world, "mobile");
      assert.equal((await control.ended).code, 2);
      assert.equal(await Promise.race([quiet.ended, Promise.resolve("stays")]), "stays");
      world.hostStatus(host.pid, "idle");
      assert.equal((await quiet.ended).code, 2);
    });
  }
});

describe("the waker ends", { concurrency: 4 }, () => {
  test("when a newer one is there, which then wakes alone", async (t) => {
    const { world, waker, stays } = await backend(t);
    const older = waker();
    await stays(older);
    const newer = waker();
    await stays(newer);
    const { code, stdout, stderr } = await older.ended;
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    await assertWakes(world, newer);
  });

  test("when its client has died", async (t) => {
    const { host, waker, stays } = await backend(t);
    const running = waker();
    await stays(running);
    await host.kill("SIGKILL");
    const { code, stdout, stderr } = await running.ended;
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
  });

  test("when its session has ended, though the client lives", async (t) => {
    const { world, host, waker, stays } = await backend(t);
    const running = waker();
    await stays(running);
    const input = { hook_event_name: "SessionEnd", session_id: "one", reason: "other" };
    await world.hook("session-end", { project: "backend", hostPid: host.pid, input });
    assert.equal((await running.ended).code, 0);
  });
});
