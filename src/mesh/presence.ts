import { goneOf } from "../domain/presence.ts";
import type { Roster } from "../domain/store.ts";
import type { Mesh } from "./mesh.ts";

/** Frees the addresses of sessions that are gone, and tells those who wait for them. Returns how many processes that were. */
export async function sweep(mesh: Mesh<Roster>): Promise<number> {
  const now = mesh.now();
  const gone = goneOf(mesh.liveness, await mesh.store.processes(), now);
  for (const peer of await mesh.store.bury(gone, now)) mesh.bell.ring(peer);
  return gone.length;
}
