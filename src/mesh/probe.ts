import type { PeerView } from "../domain/peer.ts";
import type { HeardBy, Probe, Way } from "../domain/probe.ts";
import type { Probing, Registry } from "../domain/store.ts";
import type { RoundtripTimes } from "../text/roundtrip.ts";
import type { Mesh } from "./mesh.ts";
import { peerNamed } from "./peers.ts";

/** How long a server has to answer (milliseconds): several of its slow polls. */
const ANSWER_WITHIN = 4_000;
/** How often an asker looks for the answer (milliseconds). */
const LOOK_EVERY = 2;

/** The machine's clock that never jumps, the same for all its processes, in microseconds. */
function clock(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/**
 * Answers the test questions that wait for a peer. Costs one look where there are none.
 * @param way how a question would come before the peer's model now
 */
export async function answerProbes(
  { store, now }: Mesh<Registry & Probing>,
  peerId: number,
  heardBy: HeardBy,
  way: (peer: PeerView) => Way,
): Promise<void> {
  if (!(await store.probed(peerId))) return;
  const seenAt = clock();
  const peer = (await store.peers(now())).find(({ id }) => id === peerId);
  if (peer !== undefined) await store.answerProbes(peerId, { seenAt, heardBy, way: way(peer) }, clock);
}

export type Roundtrip =
  | ({ readonly kind: "answered" } & RoundtripTimes)
  | { readonly kind: "silent"; readonly peer: string; readonly host: string; readonly after: number }
  | { readonly kind: "inactive"; readonly peer: string; readonly lastSeenAt: number };

/**
 * Asks a peer's server a test question, which no model sees, and measures each step. An unknown name is a MeshError.
 */
export async function roundtrip(mesh: Mesh<Registry & Probing>, name: string): Promise<Roundtrip> {
  const peer = await peerNamed(mesh, name);
  if (peer.host === null) return { kind: "inactive", peer: peer.name, lastSeenAt: peer.lastSeenAt };
  const start = clock();
  const id = await mesh.store.probe(peer.id, start);
  const written = clock();
  mesh.bell.ring(peer.id);
  const answer = await untilAnswered(mesh, id, start + ANSWER_WITHIN * 1_000);
  const read = clock();
  if (answer === undefined) return { kind: "silent", peer: peer.name, host: peer.host, after: ANSWER_WITHIN };
  const { heardBy, way, seenAt, answeredAt } = answer;
  return {
    kind: "answered",
    peer: peer.name,
    heardBy,
    way,
    written: written - start,
    heard: seenAt - start,
    answered: answeredAt - start,
    read: read - start,
  };
}

async function untilAnswered(
  { store }: Mesh<Probing>,
  id: number,
  deadline: number,
): Promise<Probe | undefined> {
  for (;;) {
    const answer = await store.collectProbe(id);
    if (answer !== undefined) return answer;
    if (clock() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  await store.dropProbe(id);
  return undefined;
}
