import { setTimeout as pause } from "node:timers/promises";
import { SERVER } from "../../support/paths.ts";
import { type RawServer, startRawServer } from "../../support/raw-server.ts";
import type { World } from "../../support/world.ts";
import type { Scope } from "./scope.ts";

export interface Session extends RawServer {
  readonly name: string;
}

/** A session's server in a project of that name, as a process of its own, and registered. */
export async function openSession(scope: Scope, world: World, name: string): Promise<Session> {
  const server = await startRawServer(SERVER, world.env, world.project(name));
  scope.after(() => endServer(server));
  const registered = await server.call("register");
  if (registered.name !== name) throw new Error(`"${name}" became "${registered.name}": ${registered.error}`);
  return { ...server, name };
}

/** A server whose input ends has so long; one that goes on is left to the guard, which looks for it (milliseconds). */
const ENDS_WITHIN = 5_000;

export async function endServer(server: RawServer): Promise<void> {
  server.endInput();
  const late = new AbortController();
  await Promise.race([server.ended, pause(ENDS_WITHIN, undefined, { signal: late.signal })]);
  late.abort();
}

/** A peer may be asked 30 times a minute by another: after this, all that was asked was asked long ago. */
export function backdate(world: World): () => void {
  const db = world.database();
  return () =>
    void db.run("UPDATE questions SET asked_at = asked_at - 3600000 WHERE asked_at > :before", {
      before: Date.now() - 1_800_000,
    });
}
