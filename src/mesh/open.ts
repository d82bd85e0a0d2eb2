import { statSync } from "node:fs";
import { makeFileBell, silentBell } from "../bell/file-bell.ts";
import { hostStatus } from "../config/host.ts";
import { liveness, processKey } from "../config/process.ts";
import type { Settings } from "../config/settings.ts";
import type { Connection, Store } from "../domain/store.ts";
import type { Database } from "../store/sqlite/database.ts";
import { type OpenOptions, openDatabase } from "../store/sqlite/open.ts";
import { reach } from "../store/sqlite/reach.ts";
import {
  type HookStore,
  makeHookStore,
  makeSqliteStore,
  makeViewStore,
  makeWakerStore,
  type ViewStore,
  type WakerStore,
} from "../store/sqlite/store.ts";
import type { Mesh } from "./mesh.ts";

export interface OpenedMesh<Needed = Store> extends Mesh<Needed> {
  /** Why the preferred driver was passed over, in one line. */
  readonly passedOver: string | undefined;
  close(): Promise<void>;
}

/** The mesh as a hook sees it. */
export type HookMesh = OpenedMesh<HookStore>;

/** How long to wait for others: the options of the database's file, see there. */
export type Patience = Pick<OpenOptions, "busyTimeout" | "deadline">;

/** The mesh on this machine's real parts. */
export async function openMesh(settings: Settings, patience: Patience): Promise<ServerMesh> {
  const mesh = await open(settings, patience, makeSqliteStore);
  const inode = () => statSync(settings.dbPath, { throwIfNoEntry: false })?.ino;
  const opened = inode();
  const current = async () => {
    await reach(settings.dbPath, patience.busyTimeout);
    return inode() === opened;
  };
  return { ...mesh, current };
}

/** The same for a process that lasts, in which the file may be set aside or exchanged. */
export interface ServerMesh extends OpenedMesh {
  /** Whether the file is still the one that was opened. Fails where its file system does not answer. */
  current(): Promise<boolean>;
}

/** The same for a hook, with the part of the store that hooks use. */
export function openHookMesh(settings: Settings, patience: Patience): Promise<HookMesh> {
  return open(settings, { ...patience, brief: true }, makeHookStore);
}

/** The same for the hook that wakes. */
export function openWakerMesh(settings: Settings, patience: Patience): Promise<OpenedMesh<WakerStore>> {
  return open(settings, patience, makeWakerStore);
}

/** The same for who only looks: peers and what became of questions. */
export function openViewMesh(settings: Settings, patience: Patience): Promise<OpenedMesh<ViewStore>> {
  return open(settings, { ...patience, brief: true }, makeViewStore);
}

async function open<Needed extends Connection>(
  settings: Settings,
  how: Patience & Pick<OpenOptions, "brief">,
  makeStore: (db: Database) => Needed,
): Promise<OpenedMesh<Needed>> {
  await reach(settings.dbPath, how.busyTimeout);
  const { db, passedOver } = openDatabase({ path: settings.dbPath, driver: settings.driver, ...how });
  const store = makeStore(db);
  const bell = settings.bells ? makeFileBell(`${settings.dbPath}.bells`) : silentBell;
  return {
    store,
    bell,
    now: Date.now,
    process: processKey(process.pid),
    liveness,
    hostStatus: (host) => hostStatus(settings.hostFolder, host),
    passedOver,
    async close() {
      bell.close();
      await store.close();
    },
  };
}
