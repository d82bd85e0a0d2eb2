import { setTimeout as pause } from "node:timers/promises";
import { type Holding, isStopped, lockHolders } from "./locks.ts";
import { type Kill, type Kind, killsOf, type Plan } from "./plan.ts";
import type { Victim, Victims } from "./victims.ts";

export interface Killed {
  readonly kind: Kind;
  /** What it held when it was stopped to be killed; undefined where that was not looked for, or nothing. */
  readonly holding: Holding | undefined;
}

/** How long a kill waits for its moment (milliseconds). */
const PATIENCE = 2_000;

/** Kills by the plan until the time is over. Resolves with every kill that hit. */
export async function runKills(plan: Plan, dbPath: string, victims: Victims): Promise<Killed[]> {
  const end = performance.now() + plan.seconds * 1000;
  const timeIsOver = pause(plan.seconds * 1000);
  const killed: Killed[] = [];
  for (const kill of killsOf(plan)) {
    for (let n = 0; n < kill.after; n++) await Promise.race([victims.nextOperation(), timeIsOver]);
    if (performance.now() >= end) break;
    const deadline = Math.min(end, performance.now() + PATIENCE);
    const hit = kill.aimed ? await killInWrite(kill, deadline) : await killAnyhow(kill, deadline);
    if (hit !== undefined) killed.push(hit);
  }
  return killed;

  /** Looks who holds a lock, stops that process, and kills it where it still holds it. */
  async function killInWrite({ kind }: Kill, deadline: number): Promise<Killed | undefined> {
    while (performance.now() < deadline) {
      const burst = performance.now() + 3;
      while (performance.now() < burst) {
        for (const pid of lockHolders(dbPath).keys()) {
          const victim = victims.find(pid);
          if (victim?.kind !== kind) continue;
          const holding = killStopped(victim);
          if (holding !== undefined) return { kind, holding };
        }
      }
      // The sessions go on meanwhile.
      await pause(3);
    }
    return undefined;
  }

  function killStopped(victim: Victim): Holding | undefined {
    const { pid } = victim;
    if (!signal(pid, "SIGSTOP")) return undefined;
    while (!isStopped(pid));
    const holding = lockHolders(dbPath).get(pid);
    if (holding !== undefined && victims.kill(victim)) return holding;
    signal(pid, "SIGCONT");
    return undefined;
  }

  async function killAnyhow({ kind, offset }: Kill, deadline: number): Promise<Killed | undefined> {
    while (performance.now() < deadline) {
      const live = victims.live(kind);
      const victim = live[offset % Math.max(1, live.length)];
      if (victim === undefined) {
        await pause(5);
        continue;
      }
      if (kind === "server") await Promise.race([victims.nextOperation(victim), pause(500)]);
      await pause(Math.floor(offset / 1000));
      const until = performance.now() + (offset % 1000) / 1000;
      while (performance.now() < until);
      if (victims.kill(victim)) return { kind, holding: undefined };
    }
    return undefined;
  }
}

/** False where the process has just ended. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
