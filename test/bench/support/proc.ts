import { readdirSync, readFileSync } from "node:fs";
import { alive, processesOfHome } from "../../host/support/processes.ts";

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

/** The live processes of a world, told by its home. */
export function processesOf(home: string): number[] {
  return processesOfHome(home).filter(alive);
}
