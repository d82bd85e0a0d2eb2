import { readSettings } from "../config/settings.ts";
import { MeshError } from "../domain/errors.ts";
import { nearestNames } from "../domain/peer.ts";
import { readLog } from "../mesh/log.ts";
import { glanceIntoInbox } from "../mesh/look.ts";
import { openViewMesh } from "../mesh/open.ts";
import { listPeers } from "../mesh/peers.ts";
import { readStatus } from "../mesh/status.ts";
import { cleanLine, cut } from "../text/clean.ts";
import { helpText } from "../text/help.ts";
import { inboxText } from "../text/inbox-text.ts";
import { logTable } from "../text/log-table.ts";
import { HOOK_BUDGET } from "../text/mail.ts";
import { MESH_COMMANDS } from "../text/mesh-command.ts";
import type { Look } from "../text/paint.ts";
import { peersTable } from "../text/peers-table.ts";
import { unknownPeerText } from "../text/refusal.ts";
import { statusText } from "../text/status-text.ts";
import { host } from "./session.ts";

/** The client indents what a hook says by 2 columns, and breaks it 8 before the right edge (2.1.197 and 2.1.330). */
const MARGIN = 10;
/** When all waits for other processes' writes are over, in milliseconds since the start of this process. */
const WAITS_UNTIL = 1_400;
/** How what is longer than the host shows ends. */
const REST = "\n… The rest: run claude-mesh in a terminal.";
/** So many questions make a log. */
const LOG_LENGTH = 20;

/** What the words that only look are answered with. Nothing that they show counts as shown to the session. */
const VIEWS: Readonly<Record<string, (look: Look, argument: string | undefined) => Promise<string>>> = {
  async peers(look) {
    const { mesh, me } = await open();
    // The client calls itself busy with the very command that is answered here; no turn runs beside it.
    const hostStatus: typeof mesh.hostStatus = (of) =>
      of === host ? { status: "idle" } : mesh.hostStatus(of);
    return peersTable(await listPeers({ ...mesh, hostStatus }, me), look);
  },
  async inbox(look) {
    const { mesh, me } = await open();
    const glance = await glanceIntoInbox(mesh, me === undefined ? [] : [me], HOOK_BUDGET);
    return inboxText(glance.look, look) + (glance.whole ? "" : REST);
  },
  async log(look, peer) {
    const { mesh } = await open();
    return logTable(await readLog(mesh, { peer, limit: LOG_LENGTH }), look);
  },
  async status(look) {
    const { mesh, me, settings } = await open();
    return statusText(await readStatus(mesh, me, settings), look);
  },
};

/** The answer to the words behind `/mesh`, for the person who typed them. Fails where only Claude could say why. */
export async function meshAnswer(words: string): Promise<string> {
  const [name = "", argument] = words.trim().toLowerCase().split(/\s+/);
  const look = { width: width(), colour: false, now: Date.now() };
  // The screen's own line about a blocked command stands before it; an empty one sets the answer off.
  return `\n${clip(await answer(name, argument, look))}`;
}

async function answer(name: string, argument: string | undefined, look: Look): Promise<string> {
  if (name === "" || name === "help") return help(look);
  const command = MESH_COMMANDS.find((one) => one.name === name);
  if (command === undefined) return `${unknownWord(name)}\n\n${help(look)}`;
  const view = VIEWS[name];
  // The others need Claude, and more words than these.
  if (view === undefined) return `Something is missing: /mesh ${command.usage}\n\n${help(look)}`;
  try {
    return await view(look, argument);
  } catch (error) {
    if (error instanceof MeshError && error.refusal.kind === "unknown_peer")
      return unknownPeerText(error.refusal);
    throw error;
  }
}

function unknownWord(name: string): string {
  const names = MESH_COMMANDS.map((one) => one.name);
  const [near] = nearestNames(name, names);
  return `There is no /mesh ${cleanLine(name, 60)}.${near === undefined ? "" : ` Did you mean ${near}?`}`;
}

function help(look: Look): string {
  return helpText("/mesh", MESH_COMMANDS, look);
}

async function open() {
  const settings = readSettings(process.env, import.meta.dirname);
  const mesh = await openViewMesh(settings, { busyTimeout: 1_000, deadline: WAITS_UNTIL });
  return { mesh, settings, me: await mesh.store.peerOf(host) };
}

/** The client tells its hooks the terminal's width of this moment. */
function width(): number {
  return Math.max(20, (Number(process.env["COLUMNS"]) || 80) - MARGIN);
}

function clip(text: string): string {
  if (text.length <= HOOK_BUDGET) return text;
  const head = cut(text, HOOK_BUDGET);
  return head.slice(0, head.lastIndexOf("\n")) + REST;
}
