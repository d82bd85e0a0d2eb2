import type { ProcessKey } from "../domain/peer.ts";
import type { Roster } from "../domain/store.ts";
import type { Mesh } from "./mesh.ts";

/** How often a server gives a sign of life (milliseconds). */
export const HEARTBEAT_EVERY = 10_000;
/** Without a sign of life for so long, a peer whose process cannot be seen from here counts as gone (milliseconds). */
const SILENT_AFTER = 3 * HEARTBEAT_EVERY;

/** The processes that are gone, of those that hold an address or a wait. */
export function goneOf(
  { liveness }: Pick<Mesh<Roster>, "liveness">,
  processes: Awaited<ReturnType<Roster["processes"]>>,
  now: number,
): ProcessKey[] {
  const gone = processes.filter(({ process, lastSeenAt }) => {
    const silent = now - lastSeenAt > SILENT_AFTER;
    const life = liveness(process, silent);
    return life === "gone" || (life === "unknown" && silent);
  });
  return gone.map(({ process }) => process);
}

/** Frees the addresses of sessions that are gone, and tells those who wait for them. Returns how many processes that were. */
export async function sweep(mesh: Mesh<Roster>): Promise<number> {
  const now = mesh.now();
  const gone = goneOf(mesh, await mesh.store.processes(), now);
  for (const peer of await mesh.store.bury(gone, now)) mesh.bell.ring(peer);
  return gone.length;
}
