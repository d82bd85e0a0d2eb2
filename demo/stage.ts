/** What the demo plays on: a temporary folder with two projects and a database of its own. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Actor, makeActor } from "./actor.ts";

export interface Stage {
  readonly frontend: Actor;
  readonly backend: Actor;
  /** What the servers and the hook wrote to stderr. */
  log(): string;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "claude-mesh-demo-"));
  let log = "";
  const actor = async (name: string) => {
    const project = join(folder, name);
    await mkdir(project);
    const keep = (text: string) => {
      log += `${name}: ${text.trimEnd().replaceAll("\n", `\n${name}: `)}\n`;
    };
    return makeActor({ name, project, dbPath: join(folder, "mesh.db"), log: keep });
  };
  const frontend = await actor("frontend");
  const backend = await actor("backend");
  return {
    frontend,
    backend,
    log: () => log,
    async close() {
      await Promise.allSettled([frontend.close(), backend.close()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
