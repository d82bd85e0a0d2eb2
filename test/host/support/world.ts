import { cpSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clientBinary, NEWEST, type Version } from "./binary.ts";
import { type Client, makeClient } from "./client.ts";
import { type Model, startModel } from "./model.ts";
import { mustRun } from "./run.ts";
import type { OpenSession, Session } from "./session.ts";

const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface WorldOptions {
  /** Default: the newest. */
  readonly version?: Version;
  /** A git repository to clone at its HEAD, or a plain folder to copy; default this one; `false` for none. */
  readonly plugin?: string | false;
  /** The name to install; default `claude-mesh`. */
  readonly pluginName?: string;
  /** `folder` (default) runs the plugin in place; `git` installs as from a public repository. */
  readonly from?: "folder" | "git";
  /** `false` leaves the clone without node_modules, as after a failed `npm ci`. */
  readonly nodeModules?: boolean;
}

/** Model, home with the plugin installed, and sessions by name. */
export interface World extends AsyncDisposable {
  readonly model: Model;
  readonly client: Client;
  /** The installed clone; undefined without a plugin. */
  readonly plugin: string | undefined;
  /** Where `open(name)` puts the project folder of that name. */
  projectOf(name: string): string;
  /** Opens an interactive session in a folder of this name, with this name as API key. */
  open(name: string, options?: Partial<OpenSession>): Promise<Session>;
  close(): Promise<void>;
}

/** A clone is what a user gets: committed files only. The host runs it in place, with its node_modules. */
async function takePlugin(client: Client, from: string, nodeModules: boolean): Promise<string> {
  const folder = join(client.root, "plugin");
  const options = { cwd: client.root, env: client.env };
  if (existsSync(join(from, ".git"))) await mustRun("git", ["clone", "--quiet", from, folder], options);
  else cpSync(from, folder, { recursive: true });
  if (nodeModules && existsSync(join(folder, "package-lock.json"))) {
    const args = ["ci", "--ignore-scripts", "--omit=dev"];
    await mustRun("npm", args, { cwd: folder, env: client.env, timeoutMs: 300_000 });
  }
  return folder;
}

/** Builds all of it; use with `await using`, or close it in `t.after`. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const version = options.version ?? NEWEST;
  clientBinary(version); // throws before anything is open
  const model = await startModel();
  const client = makeClient(version, model.url);
  const world: World = {
    model,
    client,
    plugin: undefined,
    projectOf: (name) => join(client.root, "projects", name),
    open: (name, own) => client.openSession({ project: world.projectOf(name), key: name, ...own }),
    async close() {
      await client.close();
      await model.close();
    },
    [Symbol.asyncDispose]: () => world.close(),
  };
  if (options.plugin === false) return world;
  try {
    const git = options.from === "git";
    const nodeModules = !git && (options.nodeModules ?? true);
    const plugin = await takePlugin(client, options.plugin ?? repository, nodeModules);
    if (git) await client.installFromGit(plugin, options.pluginName);
    else await client.installPlugin(plugin, options.pluginName);
    return Object.assign(world, { plugin });
  } catch (error) {
    await world.close();
    throw error;
  }
}
