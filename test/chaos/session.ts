import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../store/random/random.ts";
import { type Client, type Field, startClient } from "./client.ts";
import { owe, takeStep } from "./steps.ts";

/** One project's session, over all the clients that it has in its life. */
export interface Life {
  readonly name: string;
  readonly folder: string;
  /** The names of all sessions. */
  readonly names: readonly string[];
  readonly random: Random;
  /** What it asked, as far as it was told the ids. */
  readonly asked: string[];
  /** What it was shown and has not answered; a new client knows nothing of it. */
  readonly owed: Set<string>;
}

export function makeLife(field: Field, names: readonly string[], name: string, random: Random): Life {
  const folder = join(field.dbPath, "..", "projects", name);
  mkdirSync(folder, { recursive: true });
  return { name, folder, names, random, asked: [], owed: new Set() };
}

/** Lives until the time is over: a client starts, works, ends or is killed, and the next one starts in its place. */
export async function live(field: Field, life: Life, isOver: () => boolean): Promise<void> {
  for (let clients = 1; !isOver(); clients++) {
    const client = await startClient(field, life.folder, `${life.name}-${clients}`);
    if (client === undefined) continue;
    life.owed.clear();
    try {
      await work(field, life, client, isOver);
    } finally {
      await client.close();
    }
  }
}

async function work(field: Field, life: Life, client: Client, isOver: () => boolean): Promise<void> {
  const { random } = life;
  let alive = true;
  void client.host.gone.then(() => {
    alive = false;
  });
  const source = random.chance(0.3) ? "resume" : "startup";
  owe(life, await client.hook("session-start", "SessionStart", { source }));
  const steps = 5 + random.whole(30);
  let afterServer = random.whole(4);
  for (let step = 0; step < steps && alive && !isOver(); step++) {
    // Without its server the session goes on for a while: its hooks still run.
    if (client.server.killed && afterServer-- <= 0) break;
    await takeStep(field, life, client);
    await pause(random.whole(20));
  }
  if (alive && random.chance(0.7)) await client.hook("session-end", "SessionEnd", { reason: "other" });
}
