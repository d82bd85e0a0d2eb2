import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Env, mustRun, run } from "./run.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A tmux server of its own, that no other tmux of the machine sees. */
export interface Terminal {
  /** Starts a program in a new window, without a shell; its process id is the program's own. */
  open(
    name: string,
    command: readonly string[],
    options: { cwd: string; env: Env; size?: Size },
  ): Promise<number>;
  /** Types the text as it is, without Enter. */
  send(name: string, text: string): Promise<void>;
  /** Presses one key by its tmux name: `Enter`, `Escape`, `C-c`, `Up`. */
  press(name: string, key: string): Promise<void>;
  /** What is visible now, and with `history` all that scrolled away. */
  screen(name: string, history?: boolean): Promise<string>;
  /** Gives the window another size. */
  resize(name: string, size: Size): Promise<void>;
  /** What tmux knows of the window under that name, such as `alternate_on`. */
  flag(name: string, format: string): Promise<string>;
  /** What is visible now, row by row, with the escape sequences of its colours. */
  picture(name: string): Promise<string[]>;
  /** All that the program has written since it started, escape sequences and all. */
  written(name: string): string;
  /** Exit code of a program that has ended; undefined while tmux has not collected it; -1 after a signal. */
  exitCode(name: string): Promise<number | undefined>;
  closeWindow(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Puts socket and configuration below `root`; the server starts with the first window. */
export function makeTerminal(root: string, env: Env): Terminal {
  const socket = join(root, "tmux.sock");
  const config = join(root, "tmux.conf");
  const lines = ["set -g remain-on-exit on", "set -g status off", "set -g history-limit 20000"];
  writeFileSync(config, `${[...lines, "set -s escape-time 0", "set -s exit-empty off"].join("\n")}\n`);
  const options = { cwd: root, env, timeoutMs: 10_000 };
  const tmux = (...args: string[]) => mustRun("tmux", ["-S", socket, "-f", config, ...args], options);

  const record = (name: string) => join(root, `${name}.written`);

  async function display(name: string, format: string): Promise<string> {
    return (await tmux("display-message", "-p", "-t", `${name}:`, format)).stdout.trim();
  }

  return {
    async open(name, command, { cwd, env: own, size: { columns, rows } = { columns: 180, rows: 50 } }) {
      const pairs = Object.entries(own).map(([key, value]) => `${key}=${value}`);
      const size = ["-x", String(columns), "-y", String(rows)];
      // `env -i` execs the program: the pane's process id stays that of the program.
      await tmux("new-session", "-d", "-s", name, ...size, "-c", cwd, "env", "-i", ...pairs, ...command);
      await tmux("pipe-pane", "-t", `${name}:`, `cat >> '${record(name)}'`);
      return Number(await display(name, "#{pane_pid}"));
    },
    async send(name, text) {
      await tmux("send-keys", "-t", `${name}:`, "-l", "--", text);
    },
    async press(name, key) {
      await tmux("send-keys", "-t", `${name}:`, key);
    },
    async screen(name, history = false) {
      const range = history ? ["-S", "-"] : [];
      const { stdout } = await tmux("capture-pane", "-p", "-J", ...range, "-t", `${name}:`);
      return stdout.replace(/[^\S\n]+$/gm, "").trimEnd();
    },
    async resize(name, { columns, rows }) {
      await tmux("resize-window", "-t", `${name}:`, "-x", String(columns), "-y", String(rows));
    },
    flag: (name, format) => display(name, `#{${format}}`),
    async picture(name) {
      return (await tmux("capture-pane", "-p", "-e", "-N", "-t", `${name}:`)).stdout.split("\n").slice(0, -1);
    },
    written: (name) => (existsSync(record(name)) ? readFileSync(record(name), "utf8") : ""),
    async exitCode(name) {
      // tmux 3.3 at times misses the end of a child and collects it only when another one ends. It may miss that one's,
      // too, so nobody waits for it: the next look starts another.
      await tmux("run-shell", "-b", "true");
      const [status, signal] = (await display(name, "#{pane_dead_status},#{pane_dead_signal}")).split(",");
      if (status !== undefined && status !== "") return Number(status);
      return signal !== undefined && signal !== "" ? -1 : undefined;
    },
    async closeWindow(name) {
      await run("tmux", ["-S", socket, "kill-session", "-t", `${name}:`], options);
    },
    async close() {
      if (existsSync(socket)) await run("tmux", ["-S", socket, "kill-server"], options);
    },
  };
}
