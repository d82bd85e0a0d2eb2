import { makeFileBell, silentBell } from "../bell/file-bell.ts";
import { liveness, processKey } from "../config/process.ts";
import type { Settings } from "../config/settings.ts";
import { openDatabase } from "../store/sqlite/open.ts";
import { makeSqliteStore } from "../store/sqlite/store.ts";
import type { Mesh } from "./mesh.ts";

export interface OpenedMesh extends Mesh {
  /** Why the preferred driver was passed over, in one line. */
  readonly passedOver: string | undefined;
  close(): Promise<void>;
}

/** The mesh on this machine's real parts. `busyTimeout`: how long a statement waits for other writers, milliseconds. */
export function openMesh(settings: Settings, busyTimeout: number): OpenedMesh {
  const { db, passedOver } = openDatabase({ path: settings.dbPath, driver: settings.driver, busyTimeout });
  const store = makeSqliteStore(db);
  const bell = settings.bells ? makeFileBell(`${settings.dbPath}.bells`) : silentBell;
  return {
    store,
    bell,
    now: Date.now,
    process: processKey(process.pid),
    liveness,
    passedOver,
    async close() {
      bell.close();
      await store.close();
    },
  };
}
