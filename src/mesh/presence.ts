import type { Roster } from "../domain/store.ts";
import type { Mesh } from "./mesh.ts";

/** How often a server gives a sign of life (milliseconds). */
export const HEARTBEAT_EVERY = 10_000;
/** Without a sign of life for so long, a peer whose process cannot be seen from here counts as gone (milliseconds). */
const SILENT_AFTER = 3 * HEARTBEAT_EVERY;

/** Frees the addresses of sessions that are gone, and tells those who wait for them. */
export async function sweep(mesh: Mesh<Roster>): Promise<void> {
  const now = mesh.now();
  const gone = (await mesh.store.processes())
    .filter(({ process, lastSeenAt }) => {
      const silent = now - lastSeenAt > SILENT_AFTER;
      const life = mesh.liveness(process, silent);
      return life === "gone" || (life === "unknown" && silent);
    })
    .map(({ process }) => process);
  for (const peer of await mesh.store.bury(gone, now)) mesh.bell.ring(peer);
}
