import { readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import type { ProcessKey } from "../domain/peer.ts";
import { type Liveness, UNSEEN } from "../domain/presence.ts";

/** In the place of a start time: the process had ended. */
const ENDED = "-";
/** After a `ps` that failed none is tried for so long: each may take half a second of a hook's time (milliseconds). */
const PS_PAUSE_MS = 5_000;

/**
 * What a client gives to servers and hooks alone, the second to a plugin's: commands in a session's shell have neither
 * (2.1.332 and 2.1.197).
 */
const MARKS = ["CLAUDE_PROJECT_DIR", "CLAUDE_PLUGIN_ROOT"];
/** Words in which clients name themselves: the pid in the name of the inbox, and the pid. */
const NAMES = ["CLAUDE_CODE_MESSAGING_SOCKET", "CLAUDE_PID"];
/** All that tells whom a client started from the client, and what one client started from what another did. */
const WORDS = [...MARKS, ...NAMES, "CLAUDE_CODE_SESSION_ID"];

/**
 * `pid@start@space`: start time and process space tell a process from a later one that has its pid. In the place of the
 * start stands `?` where it could not be seen, and `-` where the process had ended.
 */
export function processKey(pid: number): ProcessKey {
  return keyOf(pid, startOf(pid));
}

function keyOf(pid: number, start: string): ProcessKey {
  return `${pid}@${start}@${processSpace()}`;
}

/** The pid in a key. */
export function pidOf(key: ProcessKey): number {
  return Number(key.split("@")[0]);
}

/** What can be said of a process from here. A look that failed is no death. */
export function liveness(key: ProcessKey, thorough = false): ReturnType<Liveness> {
  const [pidText = "", start, space] = key.split("@");
  if (space !== processSpace()) return "unknown";
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || start === ENDED || !exists(pid)) return "gone";
  // Elsewhere than on Linux the start time costs a process, so it is compared only where there is cause to doubt.
  if (start === UNSEEN || (process.platform !== "linux" && !thorough)) return "alive";
  const stat = procStat(pid);
  const now = startOf(pid, stat);
  if (now !== start && now !== UNSEEN) return "gone";
  return stat?.[0] === "T" ? "suspended" : "alive";
}

/**
 * The client that this process works for, by one rule for the server and for hooks: the nearest process above that was not
 * started as we were, with the words that a client gives to servers and hooks. It was not started with them itself, but
 * whatever stands between was: a shell, the shim of a version manager, a user's own script. Read it once, at the start: after
 * the client's death our parent is another process.
 */
export function clientProcess(env: NodeJS.ProcessEnv): ProcessKey {
  const told = toldPids(env);
  const pid = told.includes(process.ppid) ? process.ppid : clientPid(env, told);
  // Pid 1 is the client in a container; anywhere else it is an init, and our client had ended before we could look.
  const adopted = pid === 1 && !told.includes(1) && (told.length > 0 || !isOfOurs(1, env));
  return adopted ? keyOf(1, ENDED) : processKey(pid);
}

/**
 * The processes that may be the client of a command in a session's shell: all above it, the nearest first. Where they
 * cannot all be seen, the client's own word counts, too.
 */
export function possibleClients(env: NodeJS.ProcessEnv): ProcessKey[] {
  const above = ancestors(process.pid);
  const complete = parentOf(above.at(-1) ?? process.pid) !== undefined;
  return [...above, ...(complete ? [] : toldPids(env))].map(processKey);
}

/** The processes above one, its parent first. */
export function ancestors(pid: number): number[] {
  const found: number[] = [];
  for (let at = parentOf(pid) ?? 0; at > 0 && !found.includes(at); at = parentOf(at) ?? 0) found.push(at);
  return found;
}

/**
 * Who the client is by its own word: the pid in the name of its inbox, which it tells server and hooks alike, and
 * `CLAUDE_PID`, which it tells hooks and commands (2.1.330; 2.1.197 says neither).
 */
function toldPids(env: NodeJS.ProcessEnv, names: readonly string[] = NAMES): number[] {
  const words = names.map((name) => basename(env[name] ?? "").replace(/\.sock$/, ""));
  return words.filter((word) => /^[1-9]\d*$/.test(word)).map(Number);
}

function clientPid(env: NodeJS.ProcessEnv, told: readonly number[]): number {
  const above = ancestors(process.pid);
  let last = process.ppid;
  for (const [at, pid] of above.entries()) {
    if (told.includes(pid)) return pid;
    const between = isBetween(pid, env);
    if (between === false) return believed(pid, above.slice(at + 1), env);
    if (between === undefined) break;
    last = pid;
  }
  // Nothing above can be read, or all of it stands between.
  return told[0] ?? last;
}

/** Whether a process was started only for us. Undefined where nothing can be read of it. */
function isBetween(pid: number, env: NodeJS.ProcessEnv): boolean | undefined {
  const given = environment(pid);
  const marked = given?.some((word) => MARKS.some((name) => word.startsWith(`${name}=`)));
  // A script may have changed the words for us. The pipe shows that they were meant for us.
  if (marked && hasOurStdin(pid)) return true;
  // By command lines where nothing better is known: a launcher's need not say what it runs.
  if (given === undefined || MARKS.every((name) => env[name] === undefined)) return runsOurScript(pid);
  // Not one may differ: a client in another one's shell was started with words, too, but with that one's.
  return WORDS.every((name) => env[name] === undefined || given.includes(`${name}=${env[name]}`));
}

/**
 * Whether a process holds the very pipe that is our stdin. A client makes one for each server and hook, and holds its other
 * end (2.1.332 and 2.1.197).
 */
function hasOurStdin(pid: number): boolean {
  const own = stdinOf(process.pid);
  return /^(?:pipe|socket):/.test(own) && own === stdinOf(pid);
}

/**
 * Between the process that looks like our client and the one that the client's words name.
 * @param further the processes above the one that was found
 */
function believed(found: number, further: readonly number[], env: NodeJS.ProcessEnv): number {
  const given = environment(found);
  if (given !== undefined) {
    // What it was given itself is another client's word. An init that adopted us gave us nothing.
    const own = NAMES.filter((name) => found !== 1 && !given.includes(`${name}=${env[name]}`));
    return toldPids(env, own)[0] ?? found;
  }
  const told = toldPids(env);
  const at = further.findIndex((pid) => told.includes(pid));
  // Unseen what it was given, a word is another client's if another client stands on the way.
  const between = [found, ...further.slice(0, Math.max(at, 0))];
  return at < 0 || between.some(looksLikeClient) ? found : (further[at] ?? found);
}

/** Whether a command line is that of Claude Code, as a program of its own or run by Node. */
function looksLikeClient(pid: number): boolean {
  const line = commandLine(pid)?.join(" ") ?? "";
  return /(?:^|[\\/])claude(?:\.exe)?(?: |$)|[\\/]claude-(?:code|agent-sdk)[\\/]cli\.[cm]?js/.test(line);
}

/** Whether a process was started only to run our script, by its command line. Undefined where that cannot be read. */
function runsOurScript(pid: number): boolean | undefined {
  const words = commandLine(pid);
  if (words === undefined) return undefined;
  const isShell = /^(?:\w*sh|busybox)$/.test(basename(words[0] ?? "").replace(/^-/, ""));
  // Behind a shell's code stand the words that it runs, as in `sh -c 'node "$@"' _ x.mjs`; other code is only handed them.
  const code = words.findIndex((word) => (isShell ? /^-\w*c$/ : /^-\w*e$/).test(word)) + 1;
  const run = code > 0 ? words.slice(code, isShell ? undefined : code + 1) : words;
  // By the file's name alone: a path is written in many ways, `$CLAUDE_PLUGIN_ROOT/hooks/x.mjs` among them.
  const script = basename(process.argv[1] ?? "");
  const at = script === "" ? -1 : run.findIndex((word) => word.includes(script));
  return at >= 0 && (code > 0 || isRunAt(run, at));
}

/**
 * Whether a command line runs the script that stands in it, rather than to hand it to a program of its own: nothing but an
 * interpreter stands before it, or a `node`, as in `sh /shims/node x.mjs`.
 */
function isRunAt(words: readonly string[], at: number): boolean {
  const before = words.slice(0, at).filter((word) => !word.startsWith("-"));
  return before.length <= 1 || /^node[\d.]*(?:\.exe)?$/.test(basename(before.at(-1) ?? ""));
}

/** An init that adopted us shares neither our session nor our home. */
function isOfOurs(pid: number, env: NodeJS.ProcessEnv): boolean {
  const session = procStat(pid)?.[3];
  const shared = session !== undefined && session === procStat(process.pid)?.[3];
  return shared || (environment(pid) ?? []).includes(`HOME=${env["HOME"]}`);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Linux: clock ticks since boot. macOS: the date that `ps` prints. */
function startOf(pid: number, stat = procStat(pid)): string {
  // A zombie has ended; only its parent has not noticed.
  if (stat?.[0] === "Z" || stat?.[0] === "X") return ENDED;
  const start = stat?.[19] ?? ps("lstart=", pid)?.replaceAll(" ", "-");
  return start || (exists(pid) ? UNSEEN : ENDED);
}

/** 0 where there is none; undefined where it cannot be seen. */
function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  const parent = procStat(pid)?.[1] ?? ps("ppid=", pid);
  return parent ? Number(parent) : undefined;
}

/** The words of a command line; one word where only `ps` tells it. Undefined where it cannot be read. */
function commandLine(pid: number): string[] | undefined {
  const words = procFile(pid, "cmdline")?.split("\0");
  if (words !== undefined) return words;
  const line = ps("command=", pid);
  return line ? [line] : undefined;
}

/** What a process was started with, each as `NAME=value`. */
function environment(pid: number): string[] | undefined {
  return procFile(pid, "environ")?.split("\0");
}

/** What a process's stdin leads to, as Linux names it: `pipe:[7]`, `socket:[8]`, `/dev/pts/0`. */
function stdinOf(pid: number): string {
  try {
    return process.platform === "linux" ? readlinkSync(`/proc/${pid}/fd/0`) : "";
  } catch {
    return "";
  }
}

/** The fields of proc(5)'s `stat` from the third on: state, parent, group, session… */
function procStat(pid: number): string[] | undefined {
  const stat = procFile(pid, "stat");
  // The second field, a program's name in brackets, may hold spaces and brackets itself.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function procFile(pid: number, name: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}

let psFailedAt = Number.NEGATIVE_INFINITY;

/** What macOS' `ps` prints of a process; empty where there is no such process, undefined where it cannot be asked. */
function ps(format: string, pid: number): string | undefined {
  if (process.platform !== "darwin" || performance.now() - psFailedAt < PS_PAUSE_MS) return undefined;
  // Loaded here: the module is a tenth of a hook's time, and Linux never needs it.
  const { spawnSync } = createRequire(import.meta.url)(
    "node:child_process",
  ) as typeof import("node:child_process");
  const options = { encoding: "utf8", timeout: 500, env: { LC_ALL: "C", TZ: "UTC" } } as const;
  const { error, stdout } = spawnSync("/bin/ps", ["-o", format, "-p", String(pid)], options);
  if (error === undefined) return stdout.trim();
  psFailedAt = performance.now();
  return undefined;
}

let space: string | undefined;

/** The boot and the pid namespace that pids are counted in. */
function processSpace(): string {
  space ??= process.platform === "linux" ? linuxSpace() : process.platform;
  return space;
}

function linuxSpace(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    const namespace = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    return `${boot}.${namespace}`;
  } catch {
    return "linux";
  }
}
