import type { Project } from "../../config/project.ts";
import { type Check, failure, ok } from "../../domain/checkup.ts";
import type { PeerView } from "../../domain/peer.ts";

export interface ProjectFacts {
  /** As its file says, or why that cannot be understood. */
  readonly project: Project | { readonly problem: string };
  readonly peers: readonly PeerView[];
}

export function projectChecks({ project, peers }: ProjectFacts): Check[] {
  if ("problem" in project)
    return [
      failure(".claude-mesh.json", project.problem, "Correct it; until then sessions here cannot join."),
    ];
  const { path, baseName, accept } = project;
  const asks = accept === undefined ? "" : `; takes questions from ${accept.join(", ") || "nobody"}`;
  const here = peers
    .filter((peer) => peer.projectPath === path && peer.host !== null)
    .map(({ name }) => name);
  const live = here.length === 0 ? "none live" : here.join(", ");
  return [ok(".claude-mesh.json", `${path}: named "${baseName}"${asks}`), ok("peers of this folder", live)];
}
