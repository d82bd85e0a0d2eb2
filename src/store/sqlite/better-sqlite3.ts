import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Driver, DriverError, type OpenDriver, type Parameters, type Row } from "./driver.ts";
import { PACKAGE_VERSION, PREBUILT_SUMS } from "./prebuilt.ts";
import { isRegular, readRegular } from "./regular-file.ts";

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(parameters: Parameters): { changes: number };
    get(parameters: Parameters): Row | undefined;
    all(parameters: Parameters): Row[];
  };
  close(): void;
}

interface Package {
  new (path: string, options: { timeout?: number; fileMustExist?: boolean; nativeBinding: object }): Database;
}

interface Loaded {
  readonly Database: Package;
  /** The binary, loaded. The package itself would look for one only when it opens a database. */
  readonly nativeBinding: object;
}

/** Bytes. The package's largest binary has 2.5 MB, its largest script 8 kB. */
const BINARY_LIMIT = 16_000_000;
const SCRIPT_LIMIT = 1_000_000;

const REINSTALL = "run `npm ci --ignore-scripts` in the plugin's folder";

const UNLOADABLE =
  "this system does not let it load: too old a C library, or a mount with noexec; the built-in driver serves as well";

/** What was loaded stays so; what was not may be there the next time. */
let loaded: Loaded | undefined;

/** Throws a DriverError where better-sqlite3 is not what the plugin brings, or does not open a database. */
export function loadBetterSqlite3(): OpenDriver {
  loaded ??= load();
  const { Database, nativeBinding } = loaded;
  return (path, busyTimeout): Driver => {
    const database = new Database(path, { timeout: busyTimeout, fileMustExist: true, nativeBinding });
    return {
      name: "better-sqlite3",
      exec: (sql) => database.exec(sql),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          run: (parameters = {}) => statement.run(parameters).changes,
          get: (parameters = {}) => statement.get(parameters),
          all: (parameters = {}) => statement.all(parameters),
        };
      },
      close: () => database.close(),
    };
  };
}

function load(): Loaded {
  // Seen with better-sqlite3 13.2: where Node-API is below 10 (Node before 22.14, and 23.0 to 23.5), loading it crashes.
  const api = Number(process.versions["napi"]);
  if (api < 10)
    throw unfit(
      `it needs Node-API 10, this Node ${process.versions.node} has ${api}`,
      "put Node 22.14 or later first on the PATH that sessions start with",
    );
  const folder = packageFolder();
  const binary = findBinary(folder);
  // By whole paths: a name would be looked for in every folder above as well.
  const require = createRequire(import.meta.url);
  const Database = attempt<Package>(REINSTALL, () => require(join(folder, "lib", "index.js")));
  return attempt(UNLOADABLE, () => {
    const nativeBinding: object = require(binary);
    new Database(":memory:", { nativeBinding }).close();
    return { Database, nativeBinding };
  });
}

function attempt<T>(remedy: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw unfit(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error), remedy);
  }
}

function unfit(problem: string, remedy: string): DriverError {
  return new DriverError(`better-sqlite3 did not load: ${problem}`, remedy);
}

/** The package in the plugin's own `node_modules`. One in a folder above may be anybody's. */
function packageFolder(): string {
  const root = pluginRoot(import.meta.dirname);
  if (root === undefined) throw unfit("this file lies in no folder of the plugin", "reinstall the plugin");
  const folder = join(root, "node_modules", "better-sqlite3");
  const version = versionOf(folder);
  if (version === undefined) throw unfit(`there is none in ${folder}`, REINSTALL);
  if (version !== PACKAGE_VERSION)
    throw unfit(`${folder} holds version ${version}, this plugin knows ${PACKAGE_VERSION}`, REINSTALL);
  const odd = oddScript(join(folder, "lib"));
  if (odd !== undefined) throw unfit(`${odd} is no file, or far too long`, REINSTALL);
  return folder;
}

/** Whatever lies among the package's scripts and would hold up or fill the process that loads it, such as a pipe. */
function oddScript(folder: string): string | undefined {
  return attempt(REINSTALL, () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .find((path) => !isRegular(path, SCRIPT_LIMIT)),
  );
}

/**
 * The plugin's folder, by its layout and its manifest; undefined for a file that was copied elsewhere.
 * @param folder the running file's: `servers`, `hooks` or `bin` of a bundle, `src/store/sqlite` of the source
 */
export function pluginRoot(folder: string): string | undefined {
  const root = /^(servers|hooks|bin)$/.test(basename(folder))
    ? dirname(folder)
    : dirname(dirname(dirname(folder)));
  return existsSync(join(root, ".claude-plugin", "plugin.json")) ? root : undefined;
}

function versionOf(folder: string): string | undefined {
  try {
    const manifest = readRegular(join(folder, "package.json"), SCRIPT_LIMIT).toString();
    const { version } = JSON.parse(manifest) as { version?: unknown };
    return String(version);
  } catch {
    return undefined;
  }
}

/** The binary for this system, which must be the one that was published. */
function findBinary(folder: string): string {
  const target = `${process.platform}-${process.arch}`;
  if (PREBUILT_SUMS[`${target}.node`] === undefined)
    throw unfit(
      `it brings no binary for ${target}`,
      "nothing is to be done: the built-in driver serves as well",
    );
  const path = prebuiltPath(folder);
  if (path === undefined || sumOf(path) !== PREBUILT_SUMS[basename(path)])
    throw unfit(
      path === undefined ? `its binary for ${target} is missing` : `${path} is not as it was published`,
      REINSTALL,
    );
  return path;
}

/** As the package finds it, which tells the C libraries of Linux apart. */
function prebuiltPath(folder: string): string | undefined {
  try {
    const { getPrebuildPath } = createRequire(import.meta.url)(join(folder, "lib", "binding.js")) as {
      getPrebuildPath(): string | null;
    };
    return getPrebuildPath() ?? undefined;
  } catch {
    return undefined;
  }
}

function sumOf(path: string): string | undefined {
  try {
    // Not by an import statement, by which each hook would pay for a module that it hardly ever needs.
    return process.getBuiltinModule("node:crypto").hash("sha256", readRegular(path, BINARY_LIMIT));
  } catch {
    return undefined;
  }
}
