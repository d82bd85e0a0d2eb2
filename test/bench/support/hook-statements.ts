import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { processKey } from "../../../src/config/process.ts";
import type { HookFile } from "../../support/paths.ts";
import { must } from "../../support/until.ts";
import type { World } from "../../support/world.ts";
import { fillInbox } from "./inbox.ts";

/** What the hooks as they are built cost in statements, each a process: with the opening of the file. */
export async function countHooks(world: World): Promise<Record<string, number>> {
  const { pid: hostPid } = world.host();
  const file = join(world.home, "statements");
  // The built-in driver can be counted from outside; both are asked for the same statements.
  const counting = {
    MESH_DRIVER: "node:sqlite",
    NODE_OPTIONS: `--no-warnings --import=${join(import.meta.dirname, "count-statements.ts")}`,
    STATEMENTS_FILE: file,
  };
  const run = async (hook: HookFile, event: string, more: object = {}, env: NodeJS.ProcessEnv = {}) => {
    rmSync(file, { force: true });
    const input = { hook_event_name: event, session_id: "one", ...more };
    const request = { project: "backend", hostPid, input, env: { ...counting, ...env } };
    const { code, stderr } = await world.hook(hook, request);
    if (code !== 0 || stderr !== "") throw new Error(`${hook} ended with ${code}: ${stderr}`);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
  };
  // That an event was seen is written down about once a minute: these write it, so that the counted ones do not.
  const start = () => run("session-start", "SessionStart", { source: "startup" });
  await start();
  // Without a server that serves the session, its first prompt would look for one again and again.
  const store = world.store();
  const [peer] = await store.peers(Date.now());
  await store.touch({ peer: must(peer).id, server: processKey(hostPid), now: Date.now() });
  for (const event of ["UserPromptSubmit", "Stop"]) await run("inbox-poll", event);
  const counts: Record<string, number> = { "SessionStart: `session-start`": await start() };
  const fill = await fillInbox(world, "backend", 50);
  for (const [waiting, inWords] of [
    [0, "nothing waiting"],
    [1, "one question waiting"],
    [50, "fifty waiting"],
  ] as const) {
    for (const event of ["UserPromptSubmit", "Stop"]) {
      fill(waiting);
      counts[`${event}: \`inbox-poll\`, ${inWords}`] = await run("inbox-poll", event);
    }
  }
  const socket = {
    CLAUDE_CODE_MESSAGING_SOCKET: "/run/none.sock",
    CLAUDE_CODE_MESSAGING_TOKEN: "token",
    CLAUDE_CODE_ENTRYPOINT: "cli",
  };
  const own = { tool_name: "mcp__plugin_mesh_mesh__poll_inbox" };
  return {
    ...counts,
    "Stop: `wake` beside a working socket": await run("wake", "Stop", {}, socket),
    "PreToolUse: `allow`": await run("allow", "PreToolUse", own),
    "UserPromptExpansion: `mesh-command`, `/mesh peers`": await run("mesh-command", "UserPromptExpansion", {
      command_args: "peers",
    }),
    "SessionEnd: `session-end`": await run("session-end", "SessionEnd", { reason: "other" }),
  };
}
