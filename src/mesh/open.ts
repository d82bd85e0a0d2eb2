import { makeFileBell, silentBell } from "../bell/file-bell.ts";
import { hostStatus } from "../config/host.ts";
import { liveness, processKey } from "../config/process.ts";
import type { Settings } from "../config/settings.ts";
import type { Connection, Store } from "../domain/store.ts";
import type { Database } from "../store/sqlite/database.ts";
import { openDatabase } from "../store/sqlite/open.ts";
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

/** The mesh on this machine's real parts. `busyTimeout`: how long a statement waits for other writers, milliseconds. */
export function openMesh(settings: Settings, busyTimeout: number): OpenedMesh {
  return open(settings, busyTimeout, makeSqliteStore);
}

/** The same for a hook, with the part of the store that hooks use. */
export function openHookMesh(settings: Settings, busyTimeout: number): HookMesh {
  return open(settings, busyTimeout, makeHookStore);
}

/** The same for the hook that wakes. */
export function openWakerMesh(settings: Settings, busyTimeout: number): OpenedMesh<WakerStore> {
  return open(settings, busyTimeout, makeWakerStore);
}

/** The same for who only looks: peers and what became of questions. */
export function openViewMesh(settings: Settings, busyTimeout: number): OpenedMesh<ViewStore> {
  return open(settings, busyTimeout, makeViewStore);
}

function open<Needed extends Connection>(
  settings: Settings,
  busyTimeout: number,
  makeStore: (db: Database) => Needed,
): OpenedMesh<Needed> {
  const { db, passedOver } = openDatabase({ path: settings.dbPath, driver: settings.driver, busyTimeout });
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
