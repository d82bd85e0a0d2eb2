import { hostPolicy } from "../config/host.ts";
import type { Settings } from "../config/settings.ts";
import type { Peer } from "../domain/peer.ts";
import { socketUse } from "../domain/waking.ts";
import { attend } from "../mesh/attend.ts";
import type { Session } from "../mesh/join.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { HEARTBEAT_EVERY, sweep } from "../mesh/presence.ts";
import { pointerText } from "../text/pointer.ts";
import { errorText } from "../text/refusal.ts";
import { isIdle } from "../wake/idle.ts";
import { inboxSocket, postToInbox } from "../wake/inbox-socket.ts";

export interface AttendantOptions {
  readonly mesh: Mesh;
  readonly me: Peer;
  readonly session: Session;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** Keeps the peer's heartbeat, and wakes its session by the inbox socket where it has one. Returns how to stop. */
export function startAttendant({ mesh, me, session, settings, env, log }: AttendantOptions): () => void {
  const onError = (error: unknown) => log(errorText(error));
  const heartbeat = setInterval(() => {
    mesh.store
      .touch({ peer: me.id, now: mesh.now() })
      .then(() => sweep(mesh))
      .catch(onError);
  }, HEARTBEAT_EVERY);
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
  if (socket !== undefined && attended) {
    const attendance = {
      rung: "socket" as const,
      ready: (peer: Peer) => {
        const use = socketUse(peer, policy.startMode);
        if (use !== "last") return use === "first";
        return peer.waker === null || mesh.liveness(peer.waker) !== "alive";
      },
      idle: (peer: Peer) => isIdle(peer, mesh.hostStatus(session.host)?.status, mesh.now()),
      // Read anew each time: the user may change it while the session runs, and the client obeys at once.
      allowed: () => {
        const accepts = readPolicy().inbound === "accept";
        if (!accepts) void refused();
        return accepts;
      },
      wake: () => postToInbox(socket, pointerText(mesh.now())),
      signal: stop.signal,
      onError,
    };
    attend(mesh, session.host, me.id, attendance).catch(onError);
  }
  return () => {
    clearInterval(heartbeat);
    stop.abort();
  };
}
