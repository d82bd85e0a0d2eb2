import { statSync } from "node:fs";
import { makeFileBell, silentBell } from "../bell/file-bell.ts";
import { makeFileRinger, silentRinger } from "../bell/file-ringer.ts";
import { hostStatus } from "../config/host.ts";
import { liveness, processKey } from "../config/process.ts";
import type { Settings } from "../config/settings.ts";
import type { Connection } from "../domain/store.ts";
import type { Database } from "../store/sqlite/database.ts";
import { type OpenOptions, openDatabase } from "../store/sqlite/open.ts";
import { fileOf } from "../store/sqlite/place.ts";
import { reach } from "../store/sqlite/reach.ts";
import {
  type HookStore,
  makeHookStore,
  makeSqliteStore,
  makeTurnStore,
  makeViewStore,
  makeWakerStore,
  type TurnStore,
  type ViewStore,
  type WakerStore,
} from "../store/sqlite/store.ts";
import { assertWhole } from "../store/sqlite/whole.ts";
import type { LastingMesh, Mesh } from "./mesh.ts";

/** A mesh that was opened, and how. */
export interface Opened {
  /** Why the preferred driver was passed over, in one line. */
  readonly passedOver: string | undefined;
  close(): Promise<void>;
}

/** How long to wait for others: the options of the database's file, see there. */
export type Patience = Pick<OpenOptions, "busyTimeout" | "deadline">;

/** The whole mesh, for a process in which the file may be set aside or exchanged. */
export interface ServerMesh extends LastingMesh, Opened {
  /** Whether the file is still the one that was opened. Fails where its file system does not answer. */
  current(): Promise<boolean>;
}

/** The mesh on this machine's real parts. */
export async function openMesh(settings: Settings, patience: Patience): Promise<ServerMesh> {
  const mesh = await openLasting(settings, patience, (db) => {
    try {
      assertWhole(db, fileOf(settings.dbPath));
    } catch (error) {
      db.close();
      throw error;
    }
    return makeSqliteStore(db);
  });
  const inode = () => statSync(settings.dbPath, { throwIfNoEntry: false })?.ino;
  const opened = inode();
  const current = async () => {
    await reach(settings.dbPath, patience.busyTimeout);
    return inode() === opened;
  };
  return { ...mesh, current };
}

/** The same for the hook that wakes. */
export function openWakerMesh(
  settings: Settings,
  patience: Patience,
): Promise<LastingMesh<WakerStore> & Opened> {
  return openLasting(settings, patience, makeWakerStore);
}

/** The same for who only looks: peers and what became of questions. */
export function openViewMesh(
  settings: Settings,
  patience: Patience,
): Promise<LastingMesh<ViewStore> & Opened> {
  return openLasting(settings, { ...patience, brief: true }, makeViewStore);
}

/** The same for a hook that ends at once. */
export function openHookMesh(settings: Settings, patience: Patience): Promise<Mesh<HookStore> & Opened> {
  return openBrief(settings, patience, makeHookStore);
}

/** The same for the hook of a turn. */
export function openTurnMesh(settings: Settings, patience: Patience): Promise<Mesh<TurnStore> & Opened> {
  return openBrief(settings, patience, makeTurnStore);
}

async function openBrief<Needed extends Connection>(
  settings: Settings,
  patience: Patience,
  makeStore: (db: Database) => Needed,
): Promise<Mesh<Needed> & Opened> {
  const mesh = await open(settings, { ...patience, brief: true }, makeStore);
  const bell = settings.bells ? makeFileRinger(bellsOf(settings)) : silentRinger;
  return { ...mesh, bell };
}

async function openLasting<Needed extends Connection>(
  settings: Settings,
  how: HowToOpen,
  makeStore: (db: Database) => Needed,
): Promise<LastingMesh<Needed> & Opened> {
  const mesh = await open(settings, how, makeStore);
  const bell = settings.bells ? makeFileBell(bellsOf(settings)) : silentBell;
  return {
    ...mesh,
    bell,
    hostStatus: (host) => hostStatus(settings.hostFolder, host),
    async close() {
      bell.close();
      await mesh.close();
    },
  };
}

type HowToOpen = Patience & Pick<OpenOptions, "brief">;

async function open<Needed extends Connection>(
  settings: Settings,
  how: HowToOpen,
  makeStore: (db: Database) => Needed,
): Promise<Omit<Mesh<Needed>, "bell"> & Opened> {
  await reach(settings.dbPath, how.busyTimeout);
  const { db, passedOver } = openDatabase({ path: settings.dbPath, driver: settings.driver, ...how });
  const store = makeStore(db);
  return {
    store,
    now: Date.now,
    process: processKey(process.pid),
    liveness,
    passedOver,
    close: () => store.close(),
  };
}

/** Beside the file, so that all who open it by any path ring and hear the same. Asked once it is there. */
function bellsOf({ dbPath }: Settings): string {
  return `${fileOf(dbPath)}.bells`;
}
