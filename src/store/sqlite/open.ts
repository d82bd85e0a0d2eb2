import { resolve } from "node:path";
import { MeshError } from "../../domain/errors.ts";
import { type Chosen, chooseDriver, type DriverChoice } from "./choose.ts";
import { type Database, makeDatabase } from "./database.ts";
import type { Driver } from "./driver.ts";
import { faulty, guarded } from "./faults.ts";
import { identify, migrate, readableByThisCode, SCHEMA_VERSION } from "./migrations.ts";
import { preparePlace } from "./place.ts";
import { hold } from "./recognise.ts";

export interface OpenOptions {
  readonly path: string;
  readonly driver: DriverChoice;
  /** For a process that lasts a moment. */
  readonly brief?: boolean;
  /** How long one statement waits for other processes' writes, in milliseconds. */
  readonly busyTimeout: number;
  /** When all such waits together must be over, in milliseconds since the start of this process; never where missing. */
  readonly deadline?: number;
}

export interface Opened {
  readonly db: Database;
  /** Why the preferred driver was passed over and what to do about it, in one line. */
  readonly passedOver: string | undefined;
}

/** Opens the file, making it and its folder where they are missing. Fails with a MeshError that says what to do. */
export function openDatabase(options: OpenOptions): Opened {
  const { busyTimeout, deadline = Number.POSITIVE_INFINITY } = options;
  const path = resolve(options.path);
  const { open, passedOver } = pickDriver(path, options);
  preparePlace(path);
  const driver = guarded(path, "unusable", () => open(path, busyTimeout));
  try {
    prepare(driver, path, busyTimeout);
  } catch (error) {
    driver.close();
    throw error;
  }
  const db = makeDatabase(driver, { path, busyTimeout, deadline });
  const letGo = hold(path);
  const close = () => {
    try {
      db.close();
    } finally {
      letGo();
    }
  };
  return {
    db: { ...db, close },
    passedOver: passedOver && `${passedOver.problem} (${passedOver.remedy})`,
  };
}

function pickDriver(path: string, { driver, brief }: OpenOptions): Chosen {
  try {
    return chooseDriver(driver, brief);
  } catch (error) {
    throw faulty(path, "no_driver", error instanceof Error ? error.message : String(error));
  }
}

function prepare(driver: Driver, path: string, patience: number): void {
  const { found, readable } = guarded(path, "damaged", () => {
    // A write is safe against a crash of any process; a power cut may cost the last moments, never the file.
    // In memory, for a process that is killed may leave a temporary file behind.
    driver.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
    const { found, foreign } = identify(driver);
    if (foreign) throw faulty(path, "foreign", "it holds another program's tables");
    return { found, readable: found <= SCHEMA_VERSION || readableByThisCode(driver) };
  });
  if (!readable) throw new MeshError({ kind: "newer_schema", path, found, known: SCHEMA_VERSION });
  if (found >= SCHEMA_VERSION) return;
  const end = performance.now() + patience;
  guarded(path, "unusable", () => {
    for (;;) {
      try {
        driver.exec("PRAGMA journal_mode = WAL");
        return migrate(driver);
      } catch (error) {
        // Of two that make the file at once, SQLite lets one fail instead of wait.
        if (performance.now() > end || !/ locked/.test(String(error))) throw error;
      }
    }
  });
}
