/** What a session costs that does nothing, one that waits for an answer, and a fallback waker, side by side. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openClientInbox } from "../../support/client-inbox.ts";
import { must, until } from "../../support/until.ts";
import { openWorld, type World } from "../../support/world.ts";
import type { Figure } from "../figure.ts";
import { atMost } from "../guard.ts";
import type { Part } from "../part.ts";
import { childrenOf, cpuTime, memory, processesOf } from "../support/proc.ts";
import type { Scope } from "../support/scope.ts";
import { openSession } from "../support/session.ts";

/** The mesh's own, where files can be watched (milliseconds). */
const POLL_EVERY = 750;

export const idle: Part = async ({ quick, scope, say }) => {
  if (!existsSync("/proc/self/schedstat")) {
    return { figures: [], notes: ["What an idle session costs is not measured here: there is no /proc."] };
  }
  // A heartbeat and some polls at least.
  const seconds = quick ? 12 : 60;
  const world = openWorld(scope);
  const kinds = [
    { what: "an idle session's server", pid: await idleServer(scope, world), budgets: true },
    { what: "a server that waits for an answer", pid: await waitingServer(scope, world) },
    { what: "a fallback waker", pid: await waker(world) },
  ];
  const ticking = startTicking(scope);
  // What belongs to the start is over.
  await pause(3_000);
  const before = processesOf(world.home);
  say(`three sessions at rest for ${seconds} s`);
  const start = performance.now();
  const all = [ticking, ...kinds.map(({ pid }) => pid)];
  const used = all.map(cpuTime);
  await pause(seconds * 1_000);
  const wall = performance.now() - start;
  const [yardstick = 0, ...shares] = all.map((pid, n) => ((cpuTime(pid) - (used[n] ?? 0)) / wall) * 100);
  const figures = kinds.flatMap(({ what, pid, budgets }, index): Figure[] => [
    {
      part: "idle",
      what: `${what}: processor`,
      unit: "% of a core",
      n: 1,
      median: shares[index] ?? 0,
      yardstick: { what: "a node with an empty timer", median: yardstick },
      ...(budgets === undefined
        ? {}
        : { budgets: [{ of: "median", limit: 0.1 }], inChart: "processor time of an idle session" }),
    },
    {
      part: "idle",
      what: `${what}: memory`,
      unit: "MiB",
      n: 1,
      median: memory(pid),
      ...(budgets === undefined ? {} : { budgets: [{ of: "median", limit: 70 }] }),
    },
  ]);
  const more = processesOf(world.home).filter((pid) => !before.includes(pid));
  const own = kinds.slice(0, 1).flatMap(({ pid }) => childrenOf(pid));
  figures.push({
    part: "idle",
    what: "an idle session's server: processes beside it",
    unit: "count",
    n: 1,
    median: own.length,
    budgets: [{ of: "median", limit: 0 }],
  });
  const faults = [
    ...atMost(0, more.length, "processes that idle sessions started"),
    ...atMost(0, own.length, "processes beside an idle session's server"),
  ];
  return { figures, faults };
};

function startTicking(scope: Scope): number {
  const child = spawn(process.execPath, ["-e", `setInterval(() => {}, ${POLL_EVERY})`], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  scope.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  return must(child.pid);
}

/** With a client that has an inbox socket and says that it is idle: nothing else runs for it. */
async function idleServer(scope: Scope, world: World): Promise<number> {
  const inbox = await openClientInbox(scope);
  const server = await world.server("idle", { hosted: true, env: inbox.env });
  world.hostStatus(server.hostPid, "idle");
  await server.call("register");
  return server.pid;
}

async function waitingServer(scope: Scope, world: World): Promise<number> {
  const silent = await openSession(scope, world, "silent");
  const waiting = await openSession(scope, world, "waiting");
  const asked = waiting.call("ask_peer", { to: "silent", question: "Which port?", timeout_seconds: 600 });
  // It ends with the process, which the scope ends.
  asked.catch(() => {});
  await until("the question", async () => (await silent.call("poll_inbox")).questions?.length);
  return waiting.pid;
}

async function waker(world: World): Promise<number> {
  const { pid: hostPid } = world.host();
  world.hostStatus(hostPid, "idle");
  const input = { session_id: "one", source: "startup" };
  const request = { project: "woken", hostPid };
  await world.hook("session-start", { ...request, input: { ...input, hook_event_name: "SessionStart" } });
  const { pid } = world.stayingHook("wake", {
    ...request,
    input: { ...input, hook_event_name: "Stop" },
    env: { CLAUDE_CODE_ENTRYPOINT: "cli" },
  });
  const store = world.store();
  await until("the waker", async () =>
    (await store.peers(Date.now())).some((peer) => peer.waker?.startsWith(`${pid}@`)),
  );
  return pid;
}
