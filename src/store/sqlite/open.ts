import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { MeshError } from "../../domain/errors.ts";
import { chooseDriver, type DriverChoice } from "./choose.ts";
import { type Database, makeDatabase } from "./database.ts";
import type { Driver } from "./driver.ts";
import { makeFolder } from "./folder.ts";
import { migrate, readableByThisCode, SCHEMA_VERSION, schemaVersion } from "./migrations.ts";

export interface OpenOptions {
  readonly path: string;
  readonly driver: DriverChoice;
  /** For a process that lasts a moment. */
  readonly brief?: boolean;
  /** How long one statement waits for other processes' writes, in milliseconds. */
  readonly busyTimeout: number;
}

export interface Opened {
  readonly db: Database;
  readonly passedOver: string | undefined;
}

/** Opens the file, making it and its folder where they are missing. Fails with a MeshError that says what to do. */
export function openDatabase(options: OpenOptions): Opened {
  const { path } = options;
  const chosen = guarded(
    path,
    "make sure that Node is 22.14 or later, and run npm ci in the plugin's folder",
    () => chooseDriver(options.driver, options.brief),
  );
  const driver = guarded(path, "check that the folder and the file are yours and can be written", () => {
    makeFolder(dirname(path));
    closeSync(openSync(path, "a", 0o600));
    return chosen.open(path, options.busyTimeout);
  });
  try {
    prepare(driver, path);
  } catch (error) {
    driver.close();
    throw error;
  }
  return { db: makeDatabase(driver), passedOver: chosen.passedOver };
}

function prepare(driver: Driver, path: string): void {
  const { found, readable } = guarded(path, "move the file away, or set MESH_DB_PATH to another one", () => {
    // A write is safe against a crash of any process; a power cut may cost the last moments, never the file.
    driver.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    const found = schemaVersion(driver);
    return { found, readable: found <= SCHEMA_VERSION || readableByThisCode(driver) };
  });
  if (!readable) throw new MeshError({ kind: "newer_schema", path, found, known: SCHEMA_VERSION });
  if (found >= SCHEMA_VERSION) return;
  guarded(path, "check that the disk has room and the file can be written", () => {
    driver.exec("PRAGMA journal_mode = WAL");
    migrate(driver);
  });
}

function guarded<T>(path: string, remedy: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof MeshError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw new MeshError({ kind: "no_database", path, problem, remedy });
  }
}
