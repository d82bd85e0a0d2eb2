import { dirname } from "node:path";
import { type PeerView, placeOf } from "../domain/peer.ts";
import type { Registry } from "../domain/store.ts";
import { terminalsOf } from "./guest.ts";
import { knownPlace } from "./join.ts";
import type { Mesh } from "./mesh.ts";

/** Whose mail a person may handle who stands in a folder. */
export interface Here {
  /** The addresses of the project that the folder belongs to: the nearest folder above with any. */
  readonly sessions: PeerView[];
  /** The addresses of terminals in this very folder. */
  readonly terminals: PeerView[];
}

export async function peersHere(mesh: Mesh<Registry>, folder: string): Promise<Here> {
  const peers = await mesh.store.peers(mesh.now());
  const terminals = terminalsOf(peers, await knownPlace(mesh, folder));
  for (let at = folder; ; at = dirname(at)) {
    const known = await knownPlace(mesh, at);
    const sessions = peers.filter((peer) => {
      const place = placeOf(peer);
      return place.folder === known && place.guest === undefined;
    });
    if (sessions.length > 0 || dirname(at) === at) return { sessions, terminals };
  }
}
