/** What each hook costs, and the start of the server, beside a Node that does nothing. */
import { join } from "node:path";
import { SHOWN_AT_ONCE } from "../../../src/domain/question.ts";
import { type HookFile, REPOSITORY, SERVER } from "../../support/paths.ts";
import { runNode } from "../../support/process.ts";
import { startRawServer } from "../../support/raw-server.ts";
import { openWorld, type World } from "../../support/world.ts";
import { type Budget, type Figure, measured } from "../figure.ts";
import type { Part } from "../part.ts";
import { fillInbox } from "../support/inbox.ts";
import { endServer } from "../support/session.ts";

interface Candidate {
  readonly what: string;
  /** One run, in milliseconds. */
  readonly run: () => Promise<number>;
  readonly budget?: Budget;
  readonly inChart?: string;
}

export const hooks: Part = async ({ quick, scope, say }) => {
  const world = openWorld(scope);
  const { pid: hostPid } = world.host();
  const hook = (file: HookFile, event: string, more: object = {}, env: NodeJS.ProcessEnv = {}) => ({
    run: async () => {
      const input = { hook_event_name: event, session_id: "one", prompt: "go on", ...more };
      const { ms, stderr, code } = await world.hook(file, { project: "backend", hostPid, input, env });
      if (code !== 0 || stderr !== "") throw new Error(`${file} ended with ${code}: ${stderr}`);
      return ms;
    },
  });
  const start = hook("session-start", "SessionStart", { source: "startup" });
  const prompt = hook("inbox-poll", "UserPromptSubmit");
  const stop = hook("inbox-poll", "Stop");
  await start.run();
  const fill = await fillInbox(world, "backend", 50);
  const withWaiting =
    ({ run }: { run: () => Promise<number> }, waiting: number) =>
    async () => {
      fill(waiting);
      return run();
    };
  const socket = { CLAUDE_CODE_MESSAGING_SOCKET: "/run/none.sock", CLAUDE_CODE_MESSAGING_TOKEN: "token" };

  const fifty = `fifty waiting (${SHOWN_AT_ONCE} shown)`;
  const bare = () => node(["-e", "0"], world);
  const candidates: Candidate[] = [
    { what: "SessionStart: `session-start`, nothing waiting", run: withWaiting(start, 0) },
    { what: "SessionStart: `session-start`, one question waiting", run: withWaiting(start, 1) },
    { what: `SessionStart: \`session-start\`, ${fifty}`, run: withWaiting(start, 50) },
    {
      what: "UserPromptSubmit: `inbox-poll`, nothing waiting",
      run: withWaiting(prompt, 0),
      budget: { of: "ratio", limit: 1.5 },
      inChart: "hook at each prompt, nothing waiting",
    },
    { what: "UserPromptSubmit: `inbox-poll`, one question waiting", run: withWaiting(prompt, 1) },
    { what: `UserPromptSubmit: \`inbox-poll\`, ${fifty}`, run: withWaiting(prompt, 50) },
    { what: "Stop: `inbox-poll`, nothing waiting", run: withWaiting(stop, 0) },
    { what: "Stop: `inbox-poll`, one question waiting", run: withWaiting(stop, 1) },
    { what: `Stop: \`inbox-poll\`, ${fifty}`, run: withWaiting(stop, 50) },
    {
      what: "PreToolUse: `allow`",
      ...hook("allow", "PreToolUse", { tool_name: "mcp__plugin_mesh_mesh__poll_inbox" }),
    },
    {
      what: "UserPromptExpansion: `mesh-command`, `/mesh peers`",
      ...hook("mesh-command", "UserPromptExpansion", { command_args: "peers" }),
    },
    {
      what: "Stop: `wake` beside a working socket",
      ...hook("wake", "Stop", {}, { ...socket, CLAUDE_CODE_ENTRYPOINT: "cli" }),
    },
    { what: "SessionEnd: `session-end`", ...hook("session-end", "SessionEnd", { reason: "other" }) },
    {
      what: "server: start → `initialize` answered",
      run: () => startServer(world),
      budget: { of: "ratio", limit: 2.5 },
      inChart: "server's start",
    },
    {
      what: "floor: a script that reads one row by better-sqlite3",
      run: () => floor("better-sqlite3", world),
    },
    { what: "floor: a script that reads one row by `node:sqlite`", run: () => floor("node:sqlite", world) },
  ];
  const rounds = quick ? 9 : 41;
  say(`${candidates.length} kinds of process in turn with a bare node, ${rounds} times each`);
  const bareTimes: number[] = [];
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of candidates.entries()) {
      // Before every other one: the yardstick has as much of the machine's moods as all of them together.
      if (index % 2 === 0) bareTimes.push(await bare());
      times[index]?.push(await run());
    }
  }
  const yardstick = { what: "a bare `node -e 0`", median: measured(bareTimes).median };
  const figures = candidates.map(
    ({ what, budget, inChart }, index): Figure => ({
      part: "hooks",
      what,
      unit: "ms",
      ...measured(times[index] ?? []),
      yardstick,
      ...(budget === undefined ? {} : { budgets: [budget] }),
      ...(inChart === undefined ? {} : { inChart }),
    }),
  );
  return { figures };
};

function node(args: readonly string[], world: World): Promise<number> {
  return runNode(args, { env: world.env, input: "" }).then(({ ms }) => ms);
}

async function startServer(world: World): Promise<number> {
  const server = await startRawServer(SERVER, world.env, world.project("starting"));
  await endServer(server);
  return server.startedIn;
}

/** What no hook can be below, if it looks into the file: load a driver, open, read a row. */
function floor(driver: "better-sqlite3" | "node:sqlite", world: World): Promise<number> {
  const load =
    driver === "better-sqlite3"
      ? `new (require(${JSON.stringify(join(REPOSITORY, "node_modules", "better-sqlite3"))}))(path)`
      : `new (require("node:sqlite").DatabaseSync)(path)`;
  const script = `const path = ${JSON.stringify(world.dbPath)};
    ${load}.prepare("SELECT id FROM peers LIMIT 1").get(); process.exit(0);`;
  return node(["--no-warnings", "-e", script], world);
}
