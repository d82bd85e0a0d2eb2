import type { Project } from "../../config/project.ts";
import { type Check, failure, ok } from "../../domain/checkup.ts";
import type { PeerView } from "../../domain/peer.ts";
import { asSeen, type Seen, statusOf } from "../../domain/presence.ts";

export interface ProjectFacts {
  /** As its file says, or why that cannot be understood. */
  readonly project: Project | { readonly problem: string };
  readonly peers: readonly PeerView[];
  /** What became of the processes that the peers name. */
  readonly seen: Seen;
  readonly now: number;
}

export function projectChecks({ project, peers, seen, now }: ProjectFacts): Check[] {
  if ("problem" in project)
    return [
      failure(".claude-mesh.json", project.problem, "Correct it; until then sessions here cannot join."),
    ];
  const { path, baseName, accept } = project;
  const asks = accept === undefined ? "" : `; takes questions from ${accept.join(", ") || "nobody"}`;
  const here = peers
    .filter(({ projectPath }) => projectPath === path)
    .flatMap((peer) => {
      const status = statusOf(asSeen(peer, seen, now), now);
      if (status === "inactive") return [];
      return status === "active" ? peer.name : `${peer.name} (${status})`;
    });
  const live = here.length === 0 ? "none live" : here.join(", ");
  return [ok(".claude-mesh.json", `${path}: named "${baseName}"${asks}`), ok("peers of this folder", live)];
}
