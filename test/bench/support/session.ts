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
  scope.after(async () => {
    server.endInput();
    await server.ended;
  });
  const registered = await server.call("register");
  if (registered.name !== name) throw new Error(`"${name}" became "${registered.name}": ${registered.error}`);
  return { ...server, name };
}

/** A peer may be asked 30 times a minute by another: after this, all that was asked was asked long ago. */
export function backdate(world: World): () => void {
  const db = world.database();
  return () =>
    void db.run("UPDATE questions SET asked_at = asked_at - 3600000 WHERE asked_at > :before", {
      before: Date.now() - 1_800_000,
    });
}
