import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../src/domain/store.ts";
import type { DriverChoice } from "../../src/store/sqlite/choose.ts";
import type { Database } from "../../src/store/sqlite/database.ts";
import { openDatabase } from "../../src/store/sqlite/open.ts";
import { makeSqliteStore } from "../../src/store/sqlite/store.ts";
import { tempFolder } from "./folder.ts";
import { type HookRequest, type HookResult, runHook, startHook } from "./hook.ts";
import type { Lifetime } from "./lifetime.ts";
import type { HookFile } from "./paths.ts";
import { type Running, type Sleeper, startSleeper } from "./process.ts";
import { type ServerOptions, startServer, type TestServer } from "./server.ts";

/** One workstation: a home, a database, projects, and the processes on it. All end with the test. */
export interface World {
  readonly home: string;
  readonly dbPath: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes a project's folder, where wanted with a `.claude-mesh.json`. */
  project(name: string, meshFile?: string): string;
  /** Starts the bundled server in the project of that name. */
  server(project: string, options?: Omit<ServerOptions, "cwd">): Promise<TestServer>;
  /** A process that plays the client whose hooks run. */
  host(): Sleeper;
  hook(file: HookFile, request: WorldHook): Promise<HookResult>;
  /** Starts a hook that stays. */
  stayingHook(file: HookFile, request: WorldHook): Running;
  /** What the client of that process says of its session. */
  hostStatus(hostPid: number, status: "idle" | "busy" | "waiting", hostFolder?: string): void;
  /** The client's own settings: the user's, or those of a project. */
  hostSettings(settings: object, project?: string): void;
  /** The store on this world's database, as another process would have it. */
  store(): Store;
  /** The database below it, for what no session could bring about in a test's time. */
  database(): Database;
}

interface WorldHook extends Omit<HookRequest, "env" | "cwd"> {
  readonly project: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** @param driver what its processes are told to use; else what `MESH_DRIVER` says, so that the suite runs on each */
export function openWorld(t: Lifetime, driver?: DriverChoice): World {
  const chosen = driver ?? (process.env["MESH_DRIVER"] as DriverChoice | undefined);
  const folder = tempFolder();
  const home = join(folder, "home");
  const dbPath = join(folder, "mesh.db");
  mkdirSync(home);
  // Nothing of the developer's own session may leak in.
  const base = { PATH: process.env["PATH"], HOME: home, MESH_DB_PATH: dbPath };
  const env = chosen === undefined ? base : { ...base, MESH_DRIVER: chosen };
  const stops: (() => Promise<void>)[] = [];
  t.after(async () => {
    await Promise.all(stops.map((stop) => stop()));
  });

  const project = (name: string, meshFile?: string) => {
    const path = join(folder, "projects", name);
    mkdirSync(path, { recursive: true });
    if (meshFile !== undefined) writeFileSync(join(path, ".claude-mesh.json"), meshFile);
    return path;
  };

  const database = () => {
    const { db } = openDatabase({ path: dbPath, driver: chosen ?? "auto", busyTimeout: 5_000 });
    stops.push(async () => db.close());
    return db;
  };

  return {
    home,
    dbPath,
    env,
    project,
    async server(name, options = {}) {
      const server = await startServer({ ...options, cwd: project(name), env: { ...env, ...options.env } });
      stops.push(() => server.close());
      return server;
    },
    host() {
      const host = startSleeper();
      stops.push(() => host.kill("SIGKILL"));
      return host;
    },
    hook(file, request) {
      return runHook(file, { ...request, cwd: project(request.project), env: { ...env, ...request.env } });
    },
    stayingHook(file, request) {
      const options = { ...request, cwd: project(request.project), env: { ...env, ...request.env } };
      const running = startHook(file, options);
      stops.push(async () => void (await running.kill("SIGKILL")));
      return running;
    },
    hostStatus(hostPid, status, hostFolder = join(home, ".claude")) {
      const sessions = join(hostFolder, "sessions");
      mkdirSync(sessions, { recursive: true });
      // Whole or not at all: it may be read at any moment.
      const draft = join(sessions, `${hostPid}.draft`);
      writeFileSync(draft, JSON.stringify({ pid: hostPid, status }));
      renameSync(draft, join(sessions, `${hostPid}.json`));
    },
    hostSettings(settings, of) {
      const claude = join(of === undefined ? home : project(of), ".claude");
      mkdirSync(claude, { recursive: true });
      writeFileSync(join(claude, "settings.json"), JSON.stringify(settings));
    },
    store: () => makeSqliteStore(database()),
    database,
  };
}
