import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** A running server of the mesh, from whichever copy of the plugin. */
export interface RunningServer {
  readonly pid: number;
  /** The client's process. */
  readonly parent: number;
  /** The folder of the plugin's copy. */
  readonly root: string;
}

const SERVER = "/servers/mcp-server.mjs";

/** The servers of all sessions that this user can see. Undefined where processes cannot be listed. */
export function runningServers(): RunningServer[] | undefined {
  const found = process.platform === "linux" ? fromProc() : fromPs();
  return found?.flatMap(({ pid, parent, words }) => {
    const [program = "", ...rest] = words;
    const script = rest.find((word) => !word.startsWith("-")) ?? "";
    const isServer = /\bnode/.test(program) && script.endsWith(SERVER);
    return isServer ? [{ pid, parent, root: dirname(dirname(script)) }] : [];
  });
}

/** Whether the environment that a process was started with holds a variable; undefined where it cannot be read. */
export function startedWith(pid: number, variable: string): boolean | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .some((entry) => entry.startsWith(`${variable}=`));
  } catch {
    return undefined;
  }
}

/** The command of a process, for people. */
export function commandOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return ps(["-o", "command=", "-p", String(pid)]).trim();
  } catch {
    return undefined;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: string[];
}

function fromProc(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
        return [{ pid: Number(name), parent: Number(parent), words }];
      } catch {
        // It has ended meanwhile, or is another user's.
        return [];
      }
    });
}

function fromPs(): Process[] | undefined {
  try {
    return ps(["-axo", "pid=,ppid=,command="])
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .map(([pid, parent, ...words]) => ({ pid: Number(pid), parent: Number(parent), words }));
  } catch {
    return undefined;
  }
}

function ps(args: string[]): string {
  return execFileSync("/bin/ps", args, { encoding: "utf8", timeout: 2_000, env: { LC_ALL: "C" } });
}
