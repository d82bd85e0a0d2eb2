import { mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Random } from "../store/random/random.ts";

/** One project: what it is in the run, whatever it and its folder are called at the moment. */
export interface ProjectFolder {
  readonly key: string;
  /** Where its folder is now. */
  path: string;
  /** How many clients run in it; while one does, its folder stays where it is. */
  clients: number;
  moves: number;
  links: number;
}

/** Every path that a project's folder ever had, and whose it is: no two projects were ever in one place. */
export type Paths = Map<string, string>;

export function makeProject(root: string, key: string, paths: Paths): ProjectFolder {
  mkdirSync(join(root, key), { recursive: true });
  const path = join(realpathSync(root), key);
  const project: ProjectFolder = { key, path, clients: 0, moves: 0, links: 0 };
  paths.set(project.path, key);
  return project;
}

/** What a user does to a project between two sessions: moves its folder, with or without another name for it. */
export function moveFolder(project: ProjectFolder, random: Random, paths: Paths): void {
  const name = random.chance(0.5) ? basename(project.path) : `${project.key}-moved`;
  const place = join(dirname(project.path), "..", `place-${project.key}-${++project.moves}`);
  mkdirSync(place);
  const path = join(place, name);
  renameSync(project.path, path);
  project.path = path;
  paths.set(path, project.key);
}

/** Another way to the folder. */
export function linkTo(project: ProjectFolder): string {
  const link = join(dirname(project.path), `link-${project.key}-${++project.links}`);
  symlinkSync(project.path, link);
  return link;
}

/** What it is to be called from its next session on. */
export function writeName({ path }: ProjectFolder, name: string): void {
  writeFileSync(join(path, ".claude-mesh.json"), JSON.stringify({ name }));
}
