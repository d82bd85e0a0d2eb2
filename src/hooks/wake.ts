#!/usr/bin/env node
import "./node-guard.ts";
import { hostPolicy } from "../config/host.ts";
import { clientFolder } from "../config/project.ts";
import { socketUse } from "../domain/waking.ts";
import { attend } from "../mesh/attend.ts";
import { openWakerMesh } from "../mesh/open.ts";
import { pointerText } from "../text/pointer.ts";
import { idleSince, isIdle } from "../wake/idle.ts";
import { inboxSocket } from "../wake/inbox-socket.ts";
import { listenHook } from "./hook.ts";
import { isClaudeCode, openHookSession } from "./session.ts";

/** How often a waker looks whether it is still wanted (milliseconds). */
const WANTED_EVERY = 2_000;
/** The exit code by which the host takes the stderr of an `asyncRewake` hook for a new turn. */
const REWAKE = 2;

await listenHook(async (input, exit) => {
  if (!isClaudeCode(input)) return exit(0);
  const { mesh, settings, session, me } = await openHookSession(openWakerMesh, input);
  const { env } = process;
  const unattended = env["CLAUDE_CODE_SESSION_ATTENDED"] === "0" || env["CLAUDE_CODE_ENTRYPOINT"] !== "cli";
  const policy = hostPolicy(settings.hostFolder, clientFolder(env, process.cwd), session.host);
  if (unattended || policy.inbound !== "accept") return exit(0);

  const peer = await me();
  // The socket costs no process; we stand in only where it is not to be had or does not serve this session.
  if (inboxSocket(env) !== undefined && socketUse(peer, policy.startMode) === "first") return exit(0);
  await mesh.store.setWaker(peer.id, mesh.process);
  mesh.bell.ring(peer.id);

  const wanted = async () => {
    const now = await mesh.store.peerOf(session.host);
    return now?.waker === mesh.process && mesh.liveness(session.host) !== "gone";
  };
  setInterval(async () => {
    if (!(await wanted().catch(() => true))) exit(0);
  }, WANTED_EVERY);

  await attend(mesh, session.host, peer.id, {
    rung: "rewake",
    ready: () => true,
    allowed: () => true,
    idle: (found) => isIdle(found, mesh.hostStatus(session.host), mesh.now()),
    idleSince: () => idleSince(mesh.hostStatus(session.host)),
    wake: async () => exit(REWAKE, pointerText(mesh.now())),
    signal: new AbortController().signal,
    onError: () => {},
  });
});
