import type { Settings } from "../config/settings.ts";
import { VERSION } from "../config/version.ts";
import { askable } from "../domain/asking.ts";
import type { Peer } from "../domain/peer.ts";
import type { Connection, Journal, Roster } from "../domain/store.ts";
import type { StatusView } from "../text/status-text.ts";
import type { Mesh } from "./mesh.ts";
import { whereNow } from "./peers.ts";
import { sweep } from "./presence.ts";

/** So many of each kind are counted: a hook has little time. */
const COUNTED = 1_000;

export async function readStatus(
  mesh: Mesh<Connection & Roster & Journal>,
  me: Peer | undefined,
  settings: Settings,
): Promise<StatusView> {
  await sweep(mesh);
  const now = mesh.now();
  const peers = await mesh.store.peers(now);
  const { questions, replies } = await mesh.store.outstanding(me === undefined ? [] : [me.id], now, COUNTED);
  const open =
    me === undefined ? [] : await mesh.store.history({ peer: me.name, open: true, limit: COUNTED, now });
  const where = me === undefined ? undefined : whereNow(me);
  return {
    name: me?.name ?? null,
    project_path: where?.folder ?? null,
    branch: where?.branch ?? null,
    wake: me?.wake ?? null,
    unseen: questions.filter(({ state }) => state === "pending").length,
    owed: questions.filter(({ state }) => state === "shown").length,
    replies: replies.length,
    asked: open.filter(({ from }) => from === me?.name).length,
    others: askable(peers, now, me?.id).length,
    database: settings.dbPath,
    version: VERSION,
    settings: Object.entries(settings.sources)
      .filter(([, source]) => source !== "default")
      .map(([name, source]) => ({ name, source })),
  };
}
