import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.ts";

/** Whether a process of this id runs; a zombie, that its parent has not yet collected, does not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

/**
 * Process ids whose environment says `HOME=home`: clients, servers, hooks and what they left behind. The
 * home is a fresh folder, so no other process can bear it. Empty where there is no /proc.
 */
export function processesOfHome(home: string): number[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return [];
  }
  const numbers = entries.filter((entry) => /^\d+$/.test(entry));
  return numbers.filter((pid) => `\0${environment(pid)}`.includes(`\0HOME=${home}\0`)).map(Number);
}

/** Waits at most `timeoutMs` milliseconds for the home's processes to end, then kills the rest by id. */
export async function endProcessesOfHome(home: string, timeoutMs: number): Promise<void> {
  try {
    await until(
      () => processesOfHome(home).length === 0,
      timeoutMs,
      () => "still running",
    );
  } catch {
    for (const pid of processesOfHome(home)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }
}

/**
 * The plugin's own processes in that home, by the script that they run, such as `servers/mcp-server.mjs`; in
 * alphabetical order, one entry for each process.
 */
export function scriptsOfHome(home: string): string[] {
  const commands = processesOfHome(home).map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    } catch {
      return [];
    }
  });
  // A client's own command line may name a script too, but not as the program of a node.
  const scripts = commands.map(([, script]) => /(?:servers|hooks)\/[\w-]+\.mjs$/.exec(script ?? "")?.[0]);
  return scripts.filter((script) => script !== undefined).sort();
}

/** The process id of the mesh's server that this client started itself. */
export function serverOf(client: number): number {
  const children = readdirSync("/proc").filter((pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return fields[1] === String(client);
    } catch {
      return false;
    }
  });
  const server = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("servers/mcp-server.mjs"),
  );
  if (server === undefined) throw new Error(`client ${client} has no server of the mesh`);
  return Number(server);
}
