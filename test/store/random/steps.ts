import { MeshError } from "../../../src/domain/errors.ts";
import type { Stage } from "../stage.ts";
import { drain } from "./drain.ts";
import { inboxSteps } from "./inbox.ts";
import { type Ledger, makeLedger } from "./ledger.ts";
import { makePlay, type Play } from "./play.ts";
import type { Random } from "./random.ts";
import { endAll, makeProjects, sessionSteps } from "./sessions.ts";
import { talkSteps } from "./talk.ts";

/** Random steps of random sessions, each noted in the ledger. */
export function makeSteps(stage: Stage, random: Random) {
  const projects = makeProjects();
  const ledger: Ledger = makeLedger(stage, (peer) => play.projects.get(peer));
  const play: Play = makePlay(stage, ledger, random);
  const steps = [...sessionSteps(play, projects), ...talkSteps(play), ...inboxSteps(play)];
  const bag = steps.flatMap((step) => Array.from({ length: step.weight }, () => step));
  return {
    async step() {
      try {
        await random.pick(bag)?.run();
      } catch (error) {
        // A refusal is an outcome like any other; the ledger sees whether it left something behind.
        if (!(error instanceof MeshError)) throw error;
      }
    },
    /** Every session ends, and what was in its hands is in nobody's. */
    settle: () => endAll(play),
    drain: () => drain(play, ledger, projects),
    ledger,
  };
}
