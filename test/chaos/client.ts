import { setTimeout as pause } from "node:timers/promises";
import { GAVE_UP, shownText, startHook } from "../support/hook.ts";
import type { HookFile } from "../support/paths.ts";
import { type Called, startServer, type TestServer, textOf } from "../support/server.ts";
import { countIn, type Ledger, noted, noteError, type Seen } from "./ledger.ts";
import type { Owners } from "./owners.ts";
import type { ProjectFolder } from "./project.ts";
import { type Showing, shownByTool, shownIn } from "./showing.ts";
import { makeTurns } from "./turns.ts";
import type { Victim, Victims } from "./victims.ts";

/** The run's database, processes and ledger. */
export interface Field {
  readonly dbPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly victims: Victims;
  readonly ledger: Ledger;
  readonly owners: Owners;
}

/** How one client is started. */
export interface Start {
  readonly project: ProjectFolder;
  /** The path that it opens the project's folder by. */
  readonly path: string;
  readonly session: string;
  readonly driver: string;
}

/** One client process with its server; both may be killed at any moment. */
export interface Client {
  readonly host: Victim;
  readonly server: Victim;
  /** Calls a tool. Undefined where a kill cut it off; what the client still got of it is noted all the same. */
  call(tool: string, input?: object, note?: (called: Called) => void): Promise<Called | undefined>;
  /** Runs a hook, and gives what it shows. Undefined where a kill cut it off. */
  hook(file: HookFile, event: string, more?: object): Promise<Showing[] | undefined>;
  /** Ends what is left of the two. */
  close(): Promise<void>;
}

/** What was written before a kill is read a little later. */
const LATE = 100;

/** Starts a client in a project's folder. Undefined where it was killed before it and its server shook hands. */
export async function startClient(field: Field, start: Start): Promise<Client | undefined> {
  const { victims, ledger } = field;
  const { path: cwd, session, project } = start;
  const env = { ...field.env, CLAUDE_PROJECT_DIR: cwd, MESH_DRIVER: start.driver };
  const { promise: started, resolve } = Promise.withResolvers<{ host: Victim; server: Victim }>();
  const connecting = startServer({
    cwd,
    env,
    hosted: true,
    onStart: ({ pid, hostPid }) =>
      resolve({ host: victims.add("client", hostPid), server: victims.add("server", pid) }),
  });
  // It may fail before its processes are known.
  const failed = (error: unknown) => void ledger.stuck.push(`the start of ${session}: ${String(error)}`);
  const pids = await Promise.race([started, connecting.then(() => started)]).catch(failed);
  if (pids === undefined) return undefined;
  const { host, server } = pids;
  const either = Promise.race([host.gone, server.gone]);
  const connected = await Promise.race([connecting, either.then(() => undefined)]).catch(failed);
  if (connected === undefined) {
    endBoth();
    await connecting.then((late) => late.close()).catch(() => {});
    return undefined;
  }
  // As the real client does at once; from then on its server can be called.
  connected.tools().catch(() => {});
  const turns = makeTurns();
  const call = callOf(connected);
  return {
    host,
    server,
    call: (tool, input, note) => noted(ledger, `${tool} of ${server.pid}`, () => call(tool, input, note)),
    hook: (file, event, more) =>
      noted(ledger, `${file} (${event}) of ${host.pid}`, () => hook(file, event, more)),
    close: () => close(connected),
  };

  function callOf(mesh: TestServer): Client["call"] {
    let calls = 0;
    return async (tool, input = {}, note = () => {}) => {
      const from = performance.now();
      const goOn = turns.goOn();
      countIn(ledger.operations, tool);
      const seeIn = (showings: readonly Showing[], how: string, requested = false) =>
        turns.read(see(showings, { by: server, how, from, requested, unheard: false, tentative: true }));
      const whole = async () => {
        const toolUseId = `use-${++calls}`;
        await mesh.callRaw("note_call", { agent_id: "", tool_use_id: toolUseId });
        const called = await mesh.call(tool, input, { toolUseId });
        goOn();
        seeIn(shownByTool(called), tool, tool === "await_reply");
        note(called);
        if (called.error !== undefined) noteError(ledger, tool, called.error);
        return called;
      };
      const result = whole();
      // As the real client does when all calls of a step are over.
      const showNew = async () => {
        const stepOver = turns.stepOver();
        const text = textOf(await mesh.callRaw("show_new", { agent_id: "" }));
        stepOver();
        if (text !== "")
          seeIn(shownIn(JSON.parse(text).hookSpecificOutput?.additionalContext ?? ""), "show_new");
      };
      result.then(showNew).catch(() => {});
      victims.begins(server);
      const cut = either.then(() => pause(LATE));
      const failed = result.catch((error: unknown) => {
        if (!host.killed && !server.killed) ledger.stuck.push(`${tool} of ${server.pid}: ${String(error)}`);
        return undefined;
      });
      const called = await Promise.race([failed, cut.then(() => undefined)]);
      if (called === undefined) ledger.cutOff++;
      return called;
    };
  }

  async function hook(file: HookFile, event: string, more: object = {}): Promise<Showing[] | undefined> {
    const from = performance.now();
    const how = `${file} (${event})`;
    const [starts, ends] = [event === "UserPromptSubmit", event === "Stop"];
    const tentative = starts || ends;
    const begun = starts ? turns.begin() : () => {};
    const stop = ends ? turns.stop() : () => {};
    countIn(ledger.operations, how);
    const input = { hook_event_name: event, session_id: session, cwd, ...more };
    const running = startHook(file, { input, env, cwd, hostPid: host.pid }, 30_000);
    const victim = victims.add("hook", running.pid);
    victims.begins(victim);
    const finished = await running.ended.catch((error: unknown) => {
      ledger.stuck.push(`${how} of ${running.pid}: ${String(error)}`);
      throw error;
    });
    victims.ended(victim);
    const output = finished.stdout.endsWith("\n") ? JSON.parse(finished.stdout) : undefined;
    const showings = shownIn(shownText({ ...finished, output }));
    const unheard = GAVE_UP.test(finished.stderr);
    const shown = see(showings, { by: victim, how, from, requested: false, unheard, tentative });
    begun(shown);
    if (victim.killed) ledger.cutOff++;
    else stop(shown);
    if (!victim.killed && finished.code !== 0) ledger.faults.push(`${file} ended with ${finished.code}`);
    if (finished.stderr !== "") noteError(ledger, file, finished.stderr);
    return victim.killed ? undefined : showings;
  }

  function see(
    showings: readonly Showing[],
    how: Omit<Seen, keyof Showing | "at" | "client" | "project">,
  ): Seen[] {
    const at = performance.now();
    const seen = showings.map(
      (showing): Seen => ({ ...showing, ...how, client: host, project: project.key, at }),
    );
    ledger.seen.push(...seen);
    return seen;
  }

  function endBoth(): void {
    for (const victim of [host, server]) {
      victims.ended(victim);
      try {
        process.kill(victim.pid, "SIGKILL");
      } catch {
        // It was dead already.
      }
    }
  }

  async function close(mesh: TestServer): Promise<void> {
    for (const victim of [host, server]) victims.ended(victim);
    await mesh.close();
  }
}
