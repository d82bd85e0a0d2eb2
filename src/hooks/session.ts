import { isRun } from "../config/host.ts";
import { clientProcess } from "../config/process.ts";
import { readProject } from "../config/project.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import type { Peer } from "../domain/peer.ts";
import type { Registry } from "../domain/store.ts";
import { guestOf } from "../mesh/guest.ts";
import { type JoinOptions, join, projectOf, type Session } from "../mesh/join.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Patience } from "../mesh/open.ts";
import type { HookInput } from "./input.ts";

export interface HookSession<Opened> {
  readonly mesh: Opened;
  readonly settings: Settings;
  readonly session: Session;
  /** This session's peer, bound now if it is not yet. */
  me(options?: JoinOptions): Promise<Peer>;
}

/**
 * Whether Claude Code runs this hook. Other clients run it, too, and what becomes of its output there is not known; one
 * that was started by a session's own Bash tool has the variables of that session, but another session id.
 */
export function isClaudeCode({ session_id }: HookInput): boolean {
  const { CLAUDE_CODE_SESSION_ID: own, CLAUDE_CODE_ENTRYPOINT, CLAUDE_PID } = process.env;
  if (own) return own === session_id;
  return Boolean(CLAUDE_CODE_ENTRYPOINT || CLAUDE_PID);
}

const started = performance.now();
/** How long a statement, and the first look at the file, waits for others (milliseconds). */
const BUSY_TIMEOUT = 1_000;

/**
 * Opens the mesh for a hook.
 * @param open the part of it that the hook needs
 * @param patience how long all statements together wait for other processes' writes, in milliseconds; no limit for all
 * where a hook stays
 */
export async function openHookSession<Opened extends Mesh<Registry>>(
  open: (settings: Settings, patience: Patience) => Promise<Opened>,
  input: HookInput,
  patience = Number.POSITIVE_INFINITY,
): Promise<HookSession<Opened>> {
  const settings = readSettings(process.env, import.meta.dirname);
  const mesh = await open(settings, {
    busyTimeout: Math.min(BUSY_TIMEOUT, patience),
    deadline: started + patience,
  });
  const known = await mesh.store.peerOf(host);
  const read = () => {
    const project = readProject(process.env, process.cwd);
    return isRun(process.env) ? guestOf(project, "run") : project;
  };
  const session: Session = { host, ...projectOf(known, read), sessionId: input.session_id };
  if (mesh.liveness(host) === "gone") throw new Error("the client has ended");
  // A note for the doctor, without which all goes on.
  mesh.store.sight(input.hook_event_name, mesh.now()).catch(() => {});
  // The first to ask gets what was read just now; whoever asks again wants what is so then.
  let fresh = known;
  return {
    mesh,
    settings,
    session,
    async me(options) {
      const bound = options === undefined ? (fresh ?? (await mesh.store.peerOf(host))) : undefined;
      fresh = undefined;
      return bound ?? join(mesh, session, { sessionIsCurrent: true, ...options });
    },
  };
}

/** The client that runs this hook. Read at once: after its death our parent is another process. */
export const host = clientProcess(process.env);
