import { POLL_WITH_HINTS } from "../bell/file-bell.ts";
import { hostPolicy, isRun } from "../config/host.ts";
import { clientFolder } from "../config/project.ts";
import type { Settings } from "../config/settings.ts";
import type { Peer, PeerView } from "../domain/peer.ts";
import { HEARTBEAT_EVERY } from "../domain/presence.ts";
import { type HeardBy, wayToShow } from "../domain/probe.ts";
import { FORGOTTEN_AFTER } from "../domain/question.ts";
import { socketUse } from "../domain/waking.ts";
import { wakeIfDue } from "../mesh/attend.ts";
import type { Session } from "../mesh/join.ts";
import type { ServerMesh } from "../mesh/open.ts";
import { sweep } from "../mesh/presence.ts";
import { answerProbes } from "../mesh/probe.ts";
import { watchOver } from "../mesh/watch.ts";
import { pointerText } from "../text/pointer.ts";
import { errorText } from "../text/refusal.ts";
import { idleSince, isIdle } from "../wake/idle.ts";
import { inboxSocket, postToInbox } from "../wake/inbox-socket.ts";

/** How often a server forgets a part of what is long finished (milliseconds); the first time when it starts. */
const FORGET_EVERY = 60_000;
/** How often a server looks for test questions that cannot ring (milliseconds). */
const PROBE_POLL = 2_000;

export interface AttendantOptions {
  readonly mesh: ServerMesh;
  readonly me: Peer;
  readonly session: Session;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: () => string;
  readonly log: (line: string) => void;
  /** Opens the file that is there now, and joins where the address was freed; another file or address ends this attendant. */
  readonly reconnect: () => Promise<unknown>;
  /** Whether the client can call our tools by now. */
  readonly serves: () => boolean;
}

/**
 * Keeps the peer's heartbeat, forgets what is long finished, answers test questions, and wakes the session by its inbox
 * socket where it has one. Returns how to stop.
 */
export function startAttendant(options: AttendantOptions): () => void {
  const { mesh, me, session, settings, env, cwd, log, reconnect, serves } = options;
  const onError = (error: unknown) => log(errorText(error));
  const beat = async () => {
    // Set aside or exchanged. Who goes on with the old file meets nobody there, and gets no error.
    if (!(await mesh.current())) return reconnect();
    const { id: peer, host } = me;
    const server = serves() ? mesh.process : undefined;
    // Another process may have taken us for gone, as after this machine slept.
    if (!(await mesh.store.touch({ peer, host, server, now: mesh.now() }))) return reconnect();
    await sweep(mesh);
    if (await mesh.store.adopt(me.id, mesh.now())) mesh.bell.ring(me.id);
  };
  const heartbeat = setInterval(() => void beat().catch(onError), HEARTBEAT_EVERY);
  heartbeat.unref();
  const forget = () => mesh.store.forget(mesh.now() - FORGOTTEN_AFTER, "all").catch(onError);
  void forget();
  const forgetting = setInterval(forget, FORGET_EVERY);
  forgetting.unref();

  const stop = new AbortController();
  const socket = inboxSocket(env);
  // A session that a program drives ends or goes on by that program's will.
  const attended = !isRun(env);
  const folder = clientFolder(env, cwd);
  const readPolicy = () => hostPolicy(settings.hostFolder, folder, session.host);
  const policy = readPolicy();
  if (me.permissionMode === null && policy.startMode !== undefined) {
    mesh.store.touch({ peer: me.id, permissionMode: policy.startMode, now: mesh.now() }).catch(onError);
  }
  const refused = () => mesh.store.noteWake(me.id, "refused").catch(onError);
  if (policy.inbound !== "accept") void refused();
  const wakerLives = (peer: Peer) => peer.waker !== null && mesh.liveness(peer.waker) === "alive";
  const idle = (peer: Peer) => isIdle(peer, mesh.hostStatus(session.host), mesh.now());
  const socketServes = (peer: Peer) => {
    const use = socketUse(peer, policy.startMode);
    return socket !== undefined && attended && (use === "first" || (use === "last" && !wakerLives(peer)));
  };
  const attendance = socket !== undefined &&
    attended && {
      rung: "socket" as const,
      ready: socketServes,
      idle,
      idleSince: () => idleSince(mesh.hostStatus(session.host)),
      // Read anew each time: the user may change it while the session runs, and the client obeys at once.
      allowed: () => {
        const accepts = readPolicy().inbound === "accept";
        if (!accepts) void refused();
        return accepts;
      },
      wake: () => postToInbox(socket, pointerText(mesh.now())),
    };
  const way = (peer: PeerView) =>
    wayToShow({
      hooks: session.host !== mesh.process,
      waiting: peer.asking,
      idle: idle(peer),
      inbound: readPolicy().inbound === "accept",
      socket: socketServes(peer),
      waker: wakerLives(peer),
    });
  const look = async (heardBy: HeardBy) => {
    await answerProbes(mesh, me.id, heardBy, way);
    return attendance ? wakeIfDue(mesh, session.host, me.id, attendance) : Number.POSITIVE_INFINITY;
  };
  // Without a socket only test questions are looked for, and those ring; an idle session must not pay for more.
  const hears = () => settings.bells && mesh.bell.pollEvery >= POLL_WITH_HINTS;
  const rarely = () => (hears() ? HEARTBEAT_EVERY : PROBE_POLL);
  const watch = { look, signal: stop.signal, onError };
  watchOver(mesh, me.id, attendance ? watch : { ...watch, every: rarely }).catch(onError);
  return () => {
    clearInterval(heartbeat);
    clearInterval(forgetting);
    stop.abort();
  };
}
