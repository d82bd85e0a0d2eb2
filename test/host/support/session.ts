import { mkdirSync } from "node:fs";
import { alive } from "./processes.ts";
import type { Env } from "./run.ts";
import { busy, firstStart, inputLine, permission, ready, squeeze } from "./screen.ts";
import type { Size, Terminal } from "./terminal.ts";
import { until } from "./until.ts";

export interface OpenSession {
  /** Working folder, as a real path; made when it does not exist. */
  readonly project: string;
  /** API key, by which the model tells the session. */
  readonly key: string;
  readonly args?: readonly string[];
  readonly env?: Env;
  /** Default 180 columns and 50 rows. */
  readonly size?: Size;
}

/** One interactive session in a terminal. */
export interface Session {
  readonly key: string;
  readonly project: string;
  /** Process id of the client itself. */
  pid(): number;
  /** Types one line and presses Enter. */
  type(text: string): Promise<void>;
  /** Presses one key by its tmux name, such as `Escape` or `Enter`. */
  press(key: string): Promise<void>;
  /** What is visible; with `history` also what scrolled away. */
  screen(history?: boolean): Promise<string>;
  /** What is visible, row by row, with the escape sequences of its colours. */
  picture(): Promise<string[]>;
  /** All that the client has written to its terminal, escape sequences and all. */
  written(): string;
  resize(size: Size): Promise<void>;
  /** The screen that fits; rejects after `timeoutMs` milliseconds (default 10 s) with what was visible. */
  waitForScreen(fits: RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
  /** Waits until the `/mcp` dialog says that this server, such as `plugin:mesh:mesh`, is connected. */
  waitForServer(server: string, timeoutMs?: number): Promise<void>;
  /** Has the `/mcp` dialog connect a server again whose process has ended. */
  reconnect(server: string): Promise<void>;
  /** Waits for a permission question, answers "Yes" and resolves with the question. */
  allow(timeoutMs?: number): Promise<string>;
  /** Waits until no turn runs and the input line is empty. */
  waitForIdle(timeoutMs?: number): Promise<void>;
  /** Waits for a running turn, presses Escape, and waits for an empty input line. */
  interrupt(): Promise<void>;
  /** Types `/exit` and resolves with the exit code. */
  exit(): Promise<number>;
  /** Sends a signal to the client and resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the client, if it lives, and its window. */
  close(): Promise<void>;
}

interface Host {
  readonly binary: string;
  readonly terminal: Terminal;
  readonly env: Env;
}

let opened = 0;

/**
 * Starts the client in a window of its own and waits, at most 30 s, until it takes input. Undefined when it
 * asks what only a first start asks; it is closed then.
 */
export async function openSession(host: Host, options: OpenSession): Promise<Session | undefined> {
  const { terminal } = host;
  const { project, key } = options;
  mkdirSync(project, { recursive: true });
  opened += 1;
  const name = `s${opened}`;
  const env = { ...host.env, ANTHROPIC_API_KEY: key, ...options.env };
  const args = options.args ?? [];
  const mode = args.includes("--permission-mode") ? [] : ["--permission-mode", "default"];
  const command = [host.binary, ...mode, ...args];
  const size = options.size === undefined ? {} : { size: options.size };
  const pid = await terminal.open(name, command, { cwd: project, env, ...size });
  const ended = () => !alive(pid);
  const shown = async (what: string) => `session ${key} ${what}; it shows:\n${await terminal.screen(name)}`;

  const session: Session = {
    key,
    project,
    pid: () => pid,
    async type(text) {
      await terminal.send(name, text);
      // Enter that comes together with text is taken for a pasted line end, so the text must stand first.
      const tail = squeeze(text).slice(-12);
      await session.waitForScreen((screen) => inputLine(screen).includes(tail));
      await terminal.press(name, "Enter");
    },
    press: (pressed) => terminal.press(name, pressed),
    screen: (history) => terminal.screen(name, history),
    picture: () => terminal.picture(name),
    written: () => terminal.written(name),
    resize: (size) => terminal.resize(name, size),
    waitForScreen(fits, timeoutMs = 10_000) {
      const test = fits instanceof RegExp ? (screen: string) => fits.test(screen) : fits;
      const look = async () => {
        const screen = await terminal.screen(name);
        return test(screen) ? screen : undefined;
      };
      const what = fits instanceof RegExp ? String(fits) : "a fitting screen";
      return until(look, timeoutMs, () => shown(`never showed ${what}`));
    },
    async waitForServer(server, timeoutMs = 10_000) {
      await session.type("/mcp");
      const connected = (line: string) => line.includes(server) && line.includes("✔");
      await session.waitForScreen((screen) => screen.split("\n").some(connected), timeoutMs);
      await session.press("Escape");
      await session.waitForIdle();
    },
    async reconnect(server) {
      await session.type("/mcp");
      // A dialog ignores keys for a moment after it came up, so each is pressed until it has had its effect.
      const press = async (key: string, fits: (screen: string) => boolean) => {
        let presses = 0;
        const look = async () => {
          const screen = await terminal.screen(name);
          if (fits(screen)) return true;
          if (presses % 20 === 0) await terminal.press(name, key);
          presses += 1;
          return false;
        };
        await until(look, 15_000, () => shown(`ignored ${key}`));
      };
      await session.waitForScreen((screen) => screen.includes(server));
      // The conversation above may hold the same words, but not at the end of a line of a menu.
      const has = (row: RegExp) => (screen: string) => screen.split("\n").some((line) => row.test(line));
      await press("Down", (screen) =>
        screen.split("\n").some((line) => /❯/.test(line) && line.includes(server)),
      );
      await press("Enter", has(/^ *(❯ *)?(\d+\. *)?Reconnect$/));
      await press("Down", has(/❯ *(\d+\. *)?Reconnect$/));
      await press("Enter", (screen) => !has(/❯ *(\d+\. *)?Reconnect$/)(screen));
      await session.waitForIdle();
    },
    async allow(timeoutMs = 10_000) {
      const question = await session.waitForScreen(permission, timeoutMs);
      let presses = 0;
      // The dialog ignores keys for a moment after it came up, lest typing meant for the prompt answers it.
      const answered = async () => {
        if (!permission.test(await terminal.screen(name))) return true;
        if (presses % 10 === 0) await terminal.press(name, "Enter");
        presses += 1;
        return false;
      };
      await until(answered, timeoutMs, () => shown("goes on asking"));
      return question;
    },
    async waitForIdle(timeoutMs) {
      await session.waitForScreen((screen) => ready.test(screen) && !busy.test(screen), timeoutMs);
    },
    async interrupt() {
      // Before the screen says so, Escape does not yet reach the turn.
      await session.waitForScreen(busy);
      await session.press("Escape");
      await session.waitForScreen((screen) => !busy.test(screen));
      // A turn that had said nothing yet gives its prompt back to the input line.
      await session.press("C-u");
      await session.waitForIdle();
    },
    async exit() {
      await session.type("/exit");
      await until(ended, 15_000, () => shown("did not exit"));
      const look = async () => {
        const code = await terminal.exitCode(name);
        return code === undefined ? undefined : { code };
      };
      return (await until(look, 5_000, () => shown("left no exit code"))).code;
    },
    async kill(signal = "SIGKILL") {
      if (!alive(pid)) return;
      process.kill(pid, signal);
      await until(ended, 10_000, () => `client ${pid} of ${key} lives on`);
    },
    async close() {
      await session.kill();
      await terminal.closeWindow(name);
    },
  };
  const screen = await session.waitForScreen((text) => ready.test(text) || firstStart.test(text), 30_000);
  if (!firstStart.test(screen)) return session;
  await session.close();
  return undefined;
}
