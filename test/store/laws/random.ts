import { test } from "node:test";
import { makeRandom } from "../random/random.ts";
import { makeSteps } from "../random/steps.ts";
import { type MakeBackend, openStage } from "../stage.ts";

/** The same steps each time, for a change is not to fail by another's fault: `MESH_TEST_SEED` tries others, `MESH_TEST_STEPS` more. */
export function randomLaw(make: MakeBackend): void {
  test("keeps the laws: no ring, no step but the arrows, no answer lost, doubled, or shown to another project", async (t) => {
    const seed = Number(process.env["MESH_TEST_SEED"] ?? 1);
    const count = Number(process.env["MESH_TEST_STEPS"] ?? 5_000);
    t.diagnostic(`MESH_TEST_SEED=${seed}`);
    const stage = await openStage(t, make);
    const { step, settle, drain, ledger } = makeSteps(stage, makeRandom(seed));
    let at = 0;
    try {
      for (; at < count; at++) {
        await step();
        await ledger.checkAfterStep();
      }
      await settle();
      await drain();
    } catch (error) {
      throw new Error(
        `step ${at}, MESH_TEST_SEED=${seed}: ${error instanceof Error ? error.message : error}`,
        { cause: error },
      );
    }
  });
}
