import { hostPolicy } from "../config/host.ts";
import type { Settings } from "../config/settings.ts";
import type { Peer, PeerView } from "../domain/peer.ts";
import { type HeardBy, wayToShow } from "../domain/probe.ts";
import { wakeIfDue } from "../mesh/attend.ts";
import type { Session } from "../mesh/join.ts";
import type { ServerMesh } from "../mesh/open.ts";
import { HEARTBEAT_EVERY, sweep } from "../mesh/presence.ts";
import { answerProbes } from "../mesh/probe.ts";
import { watchOver } from "../mesh/watch.ts";
import { pointerText } from "../text/pointer.ts";
import { errorText } from "../text/refusal.ts";
import { isIdle } from "../wake/idle.ts";
import { inboxSocket, postToInbox } from "../wake/inbox-socket.ts";

export interface AttendantOptions {
  readonly mesh: ServerMesh;
  readonly me: Peer;
  readonly session: Session;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** Opens the file that is there now, and ends this attendant. */
  readonly reconnect: () => Promise<unknown>;
}

/**
 * Keeps the peer's heartbeat, answers test questions, and wakes the session by its inbox socket where it has one. Returns
 * how to stop.
 */
export function startAttendant(options: AttendantOptions): () => void {
  const { mesh, me, session, settings, env, log, reconnect } = options;
  const onError = (error: unknown) => log(errorText(error));
  const beat = async () => {
    // Set aside or exchanged. Who goes on with the old file meets nobody there, and gets no error.
    if (!(await mesh.current())) return reconnect();
    await mesh.store.touch({ peer: me.id, now: mesh.now() });
    await sweep(mesh);
  };
  const heartbeat = setInterval(() => void beat().catch(onError), HEARTBEAT_EVERY);
  heartbeat.unref();

  const stop = new AbortController();
  const socket = inboxSocket(env);
  // A session that a program drives ends or goes on by that program's will.
  const attended = !env["CLAUDE_CODE_ENTRYPOINT"]?.startsWith("sdk");
  const readPolicy = () => hostPolicy(settings.hostFolder, session.project.path, session.host);
  const policy = readPolicy();
  if (me.permissionMode === null && policy.startMode !== undefined) {
    mesh.store.touch({ peer: me.id, permissionMode: policy.startMode, now: mesh.now() }).catch(onError);
  }
  const refused = () => mesh.store.noteWake(me.id, "refused").catch(onError);
  if (policy.inbound !== "accept") void refused();
  const wakerLives = (peer: Peer) => peer.waker !== null && mesh.liveness(peer.waker) === "alive";
  const idle = (peer: Peer) => isIdle(peer, mesh.hostStatus(session.host), mesh.now());
  // There the client would hold our own message behind a dialog in the user's face.
  const bypasses = (peer: Peer) => (peer.permissionMode ?? policy.startMode) === "bypassPermissions";
  const socketServes = (peer: Peer) => {
    const failedBefore = peer.wake === "rewake" || peer.wake === "prompt";
    return socket !== undefined && attended && !bypasses(peer) && !(failedBefore && wakerLives(peer));
  };
  const attendance = socket !== undefined &&
    attended && {
      rung: "socket" as const,
      ready: (peer: Peer) => {
        // Read anew each time: the user may change it while the session runs, and the client obeys at once.
        if (readPolicy().inbound === "accept") return socketServes(peer);
        void refused();
        return false;
      },
      idle,
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
  watchOver(mesh, me.id, { look, signal: stop.signal, onError }).catch(onError);
  return () => {
    clearInterval(heartbeat);
    stop.abort();
  };
}
