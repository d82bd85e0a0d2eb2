import { possibleClients } from "../config/process.ts";
import { readSettings } from "../config/settings.ts";
import type { Peer } from "../domain/peer.ts";
import type { Registry } from "../domain/store.ts";
import type { LastingMesh, Mesh } from "../mesh/mesh.ts";
import { openMesh } from "../mesh/open.ts";
import type { Call } from "./command.ts";

/** How long a command waits for other processes' writes (milliseconds). */
const BUSY_TIMEOUT = 5_000;

/** Opens the mesh for one command, and closes it whatever becomes of that. */
export async function withMesh<Result>(
  { env }: Pick<Call, "env">,
  use: (mesh: LastingMesh) => Promise<Result>,
): Promise<Result> {
  const mesh = await openMesh(readSettings(env, import.meta.dirname), { busyTimeout: BUSY_TIMEOUT });
  try {
    return await use(mesh);
  } finally {
    await mesh.close();
  }
}

/**
 * The session that runs this command in its Bash tool: the one whose client is above us. Undefined in a terminal, where
 * a person or a script runs it.
 */
export async function ownSession(mesh: Mesh<Registry>): Promise<Peer | undefined> {
  for (const client of possibleClients(process.env)) {
    const peer = await mesh.store.peerOf(client);
    if (peer !== undefined) return peer;
  }
  return undefined;
}
