import { readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import type { ProcessKey } from "../domain/peer.ts";

/** What can be said of a process from here; `unknown` in another container, whose pids mean nothing to us. */
export type Liveness = "alive" | "gone" | "unknown";

/** `pid@start@space`: start time and process space tell a process from a later one that has its pid. */
export function processKey(pid: number): ProcessKey {
  return `${pid}@${startTime(pid) ?? "?"}@${processSpace()}`;
}

export function liveness(key: ProcessKey, thorough = false): Liveness {
  const [pidText = "", start, space] = key.split("@");
  if (space !== processSpace()) return "unknown";
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return "gone";
  // On Linux a process without a start time had ended when its key was made.
  if (start === "?" && process.platform === "linux") return "gone";
  // Elsewhere than on Linux the start time costs a process, so it is compared only where there is cause to doubt.
  if (start === "?" || (process.platform !== "linux" && !thorough)) return "alive";
  return startTime(pid) === start ? "alive" : "gone";
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

/** Linux: clock ticks since boot (proc(5), field 22). macOS: the date that `ps` prints. Undefined where it is not to be had. */
function startTime(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field, a program's name in brackets, may hold spaces and brackets itself.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // A zombie has ended; only its parent has not noticed.
      return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
    }
    if (process.platform === "darwin") return ps("lstart=", pid).replaceAll(" ", "-");
    return undefined;
  } catch {
    return undefined;
  }
}

/** The processes above one, its parent first. */
export function ancestors(pid: number): number[] {
  const found: number[] = [];
  for (let at = parentOf(pid); at > 1 && !found.includes(at); at = parentOf(at)) found.push(at);
  return found;
}

/** 0 where it is not to be had. Linux: proc(5), field 4. */
function parentOf(pid: number): number {
  if (pid === process.pid) return process.ppid;
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    }
    return process.platform === "darwin" ? Number(ps("ppid=", pid)) : 0;
  } catch {
    return 0;
  }
}

/** What macOS' `ps` prints of a process. */
function ps(format: string, pid: number): string {
  // Loaded here: the module is a tenth of a hook's time, and Linux never needs it.
  const { execFileSync } = createRequire(import.meta.url)(
    "node:child_process",
  ) as typeof import("node:child_process");
  const options = { encoding: "utf8", timeout: 500, env: { LC_ALL: "C", TZ: "UTC" } } as const;
  return execFileSync("/bin/ps", ["-o", format, "-p", String(pid)], options).trim();
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

/** The pid in a key. */
export function pidOf(key: ProcessKey): number {
  return Number(key.split("@")[0]);
}
