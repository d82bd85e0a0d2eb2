import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientBinary, type Version } from "./binary.ts";
import { userEnvironment } from "./environment.ts";
import { addSettings, answerFirstStart } from "./home.ts";
import { endProcessesOfHome } from "./processes.ts";
import { type Env, mustRun, type RunResult, run } from "./run.ts";
import { type OpenSession, openSession, type Session } from "./session.ts";
import { makeTerminal } from "./terminal.ts";

export interface PrintOptions {
  /** Working folder; made when it does not exist. */
  readonly project: string;
  /** API key, by which the model tells the session. */
  readonly key: string;
  readonly prompt: string;
  readonly args?: readonly string[];
  readonly env?: Env;
  readonly timeoutMs?: number;
}

/** One user's machine: a fresh HOME with one version of the client, below one temporary folder. */
export interface Client extends AsyncDisposable {
  readonly version: Version;
  /** The temporary folder; everything lies below it. */
  readonly root: string;
  readonly home: string;
  /** The user's environment, without an API key. */
  readonly env: Env;
  /** Runs `claude` with these arguments to its end, such as `plugin list`. */
  claude(args: readonly string[], options?: { cwd?: string; env?: Env }): Promise<RunResult>;
  /** Adds the folder as a marketplace and installs its plugin `name`, by default `claude-mesh`. */
  installPlugin(folder: string, name?: string): Promise<void>;
  /** As `installPlugin`, from a git repository behind an https address: the host runs its cached copy. */
  installFromGit(repository: string, name?: string): Promise<void>;
  /** Merges into the user's settings, such as `{ crossSessionInbound: "hold" }`; before a session opens. */
  addSettings(settings: Readonly<Record<string, unknown>>): void;
  /** Starts an interactive session and waits until it takes input. */
  openSession(options: OpenSession): Promise<Session>;
  /** Runs `claude -p` to its end. */
  runPrint(options: PrintOptions): Promise<RunResult>;
  /** Ends every process of this home and removes the folder. */
  close(): Promise<void>;
}

const gitAddress = "https://plugin.invalid/plugin.git";

/** Makes the home; `modelUrl` is where the client shall find its model. */
export function makeClient(version: Version, modelUrl: string): Client {
  const binary = clientBinary(version);
  // Real path: the client compares folders by it. Short: unix sockets below it have about 100 characters.
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mesh-host-")));
  const home = join(root, "home");
  for (const folder of [home, join(root, "tmp")]) mkdirSync(folder);
  const env = userEnvironment(root, modelUrl);
  const terminal = makeTerminal(root, env);

  async function install(source: string, name: string | undefined, own: Env): Promise<void> {
    const options = { cwd: home, env: own };
    await mustRun(binary, ["plugin", "marketplace", "add", source], options);
    await mustRun(binary, ["plugin", "install", name ?? "claude-mesh"], options);
  }

  const client: Client = {
    version,
    root,
    home,
    env,
    claude(args, options) {
      return run(binary, args, { cwd: options?.cwd ?? home, env: { ...env, ...options?.env } });
    },
    async installPlugin(folder, name) {
      // The host also copies the folder and runs npm there: ten seconds for a copy that it never runs.
      await install(folder, name, { ...env, npm_config_offline: "true" });
    },
    async installFromGit(repository, name) {
      // The host refuses file addresses; git turns this one, that no name server knows, into one.
      const rule = `[url "file://${repository}"]\n\tinsteadOf = ${gitAddress}\n`;
      writeFileSync(join(home, ".gitconfig"), rule);
      await install(gitAddress, name, env);
    },
    addSettings: (settings) => addSettings(home, settings),
    async openSession(options) {
      // A client that finds the configuration locked writes what it has in memory: the answers may be lost.
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await answerFirstStart(home, options.project, options.key);
        const session = await openSession({ binary, terminal, env }, options);
        if (session !== undefined) return session;
      }
      throw new Error(`claude ${version} still asks first-start questions in ${options.project}`);
    },
    runPrint({ project, key, prompt, args, env: own, timeoutMs }) {
      mkdirSync(project, { recursive: true });
      const all = { ...env, ANTHROPIC_API_KEY: key, ...own };
      const limit = timeoutMs === undefined ? {} : { timeoutMs };
      return run(binary, ["-p", prompt, ...(args ?? [])], { cwd: project, env: all, ...limit });
    },
    async close() {
      await terminal.close();
      await endProcessesOfHome(home, 5_000);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
  return client;
}
