import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { alive, processesOfHome } from "../../host/support/processes.ts";
import { tempFolder } from "../../support/folder.ts";

/** Processor time of a process with all its threads, in milliseconds. */
export function cpuTime(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(ran);
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Resident memory, in MiB: what `top` shows, with what other processes share of it. */
export function memory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** The live processes that a process started. */
export function childrenOf(pid: number): number[] {
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids.filter((entry) => parentOf(entry) === pid).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

/** The live processes of a world, told by its home. */
export function processesOf(home: string): number[] {
  return processesOfHome(home).filter(alive);
}

/** A process that was told to end has so long (milliseconds). */
const ENDS_WITHIN = 5_000;

/** Ends what still runs in the homes of all worlds of this process, once it had time to end by itself; says how many. */
export async function endLeftOver(): Promise<number> {
  const below = dirname(tempFolder()) + sep;
  const deadline = performance.now() + ENDS_WITHIN;
  let left = processesBelow(below);
  while (left.length > 0 && performance.now() < deadline) {
    await pause(50);
    left = processesBelow(below);
  }
  for (const pid of left) process.kill(pid, "SIGKILL");
  return left.length;
}

function processesBelow(folder: string): number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  return pids
    .filter((pid) => environment(pid).includes(`\0HOME=${folder}`))
    .map(Number)
    .filter(alive);
}

function environment(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}`;
  } catch {
    return "";
  }
}
