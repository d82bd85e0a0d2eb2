import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../store/random/random.ts";
import { type Client, type Field, startClient } from "./client.ts";
import { countIn, noted } from "./ledger.ts";
import { linkTo, moveFolder, type Paths, type ProjectFolder, writeName } from "./project.ts";
import { owe, takeStep } from "./steps.ts";

/** One session after the other in a project, over all the clients that there are in its life. */
export interface Life {
  readonly name: string;
  readonly project: ProjectFolder;
  /** All of them, this one included. */
  readonly all: readonly Life[];
  readonly paths: Paths;
  readonly random: Random;
  /** The driver of its n-th client. */
  readonly driver: (client: number) => string;
  /** What it asked, as far as it was told the ids. */
  readonly asked: string[];
  /** What it was shown and has not answered; a new client knows nothing of it. */
  readonly owed: Set<string>;
  /** What its session is called, as far as it was told. */
  called: string;
}

/** Lives until the time is over: a client starts, works, ends or is killed, and the next one starts in its place. */
export async function live(field: Field, life: Life, isOver: () => boolean): Promise<void> {
  const { project, random } = life;
  let session = "";
  for (let clients = 1; !isOver(); clients++) {
    change(field, life);
    const source = clients > 1 && random.chance(0.3) ? "resume" : "startup";
    if (source === "startup") session = `${life.name}-${clients}`;
    project.clients++;
    try {
      const linked = random.chance(0.2);
      if (linked) countIn(field.ledger.changes, "folders opened by a link");
      const path = linked ? linkTo(project) : project.path;
      const start = { project, path, session, driver: life.driver(clients) };
      const { ledger } = field;
      const client = await noted(ledger, `start of ${session}`, () => startClient(field, start));
      if (client === undefined) continue;
      life.owed.clear();
      try {
        await work(field, life, client, source, isOver);
      } finally {
        await noted(ledger, `end of ${session}`, () => client.close());
      }
    } finally {
      project.clients--;
    }
  }
}

/** What happens to a project between two of its sessions, and to its name at any time. */
function change({ ledger: { changes } }: Field, { project, random, paths, all }: Life): void {
  if (project.clients === 0 && random.chance(0.25)) {
    moveFolder(project, random, paths);
    countIn(changes, "folders moved");
  }
  if (!random.chance(0.25)) return;
  countIn(changes, "names written into files");
  // Now and then as another project is called, or was at its start.
  const other = random.pick(all)?.project.key ?? project.key;
  const own = [project.key, `${project.key}-new`, `${project.key}-newer`];
  writeName(project, random.chance(0.3) ? other : (random.pick(own) ?? project.key));
}

async function work(
  field: Field,
  life: Life,
  client: Client,
  source: string,
  isOver: () => boolean,
): Promise<void> {
  const { random } = life;
  let alive = true;
  void client.host.gone.then(() => {
    alive = false;
  });
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
