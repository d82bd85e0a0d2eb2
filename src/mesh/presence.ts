import { seenOf } from "../domain/presence.ts";
import type { Roster } from "../domain/store.ts";
import type { Mesh } from "./mesh.ts";

/**
 * Frees the addresses of sessions that are gone, tells those who wait for them, and writes down who is suspended. Returns how
 * many processes are gone.
 */
export async function sweep(mesh: Mesh<Roster>): Promise<number> {
  const now = mesh.now();
  const processes = await mesh.store.processes();
  const { gone, suspended } = seenOf(mesh.liveness, processes, now);
  if (processes.some((one) => one.suspended !== suspended.has(one.process)))
    await mesh.store.noteSuspended([...suspended]);
  for (const peer of await mesh.store.bury([...gone], now)) mesh.bell.ring(peer);
  return gone.size;
}
