import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { nextQuestion, seesPeer } from "../support/talk.ts";
import { openWorld, type World } from "../support/world.ts";

/** Frontend waits for backend, which was shown its question. */
async function waiting(t: TestContext, frontendEnv: NodeJS.ProcessEnv, backendEnv: NodeJS.ProcessEnv) {
  const world = openWorld(t);
  const frontend = await world.server("frontend", { env: frontendEnv });
  const backend = await world.server("backend", { env: backendEnv });
  await seesPeer(frontend, "backend");
  const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
  const { question_id } = await nextQuestion(backend);
  return { world, frontend, backend, question_id, asking };
}

const OFF = { MESH_BELLS: "0" };
const bellsOf = ({ dbPath }: World) => `${dbPath}.bells`;

/** Bells come back as soon as their end is noticed, so it may take a few attempts. */
function removeBells(world: World, then = () => {}): void {
  for (let done = false; !done; ) {
    try {
      rmSync(bellsOf(world), { recursive: true, force: true });
      then();
      done = true;
    } catch {}
  }
}

describe("an answer and an interruption reach who waits", { concurrency: 4 }, () => {
  const worlds: Record<string, [NodeJS.ProcessEnv, NodeJS.ProcessEnv]> = {
    "with no bells at all": [OFF, OFF],
    "where the asker hears none": [OFF, {}],
    "where the answerer rings none": [{}, OFF],
  };
  for (const [where, [frontendEnv, backendEnv]] of Object.entries(worlds)) {
    test(where, async (t) => {
      const { world, backend, question_id, asking } = await waiting(t, frontendEnv, backendEnv);
      const { status } = await backend.call("reply_to_peer", { question_id, answer: "8080" });
      assert.equal((await asking).answer, "8080");
      assert.ok(["delivered", "queued"].includes(status ?? ""), status);
      if (frontendEnv === OFF && backendEnv === OFF) assert.ok(!existsSync(bellsOf(world)));
    });
  }

  test("with no bells, when another asks the one that waits", async (t) => {
    const { world, asking } = await waiting(t, OFF, OFF);
    const mobile = await world.server("mobile", { env: OFF });
    await seesPeer(mobile, "frontend");
    const other = mobile.call("ask_peer", { to: "frontend", question: "Which colour?", timeout_seconds: 1 });
    const { status, questions } = await asking;
    assert.deepEqual([status, questions?.[0]?.question], ["interrupted", "Which colour?"]);
    await other;
  });

  test("though the bells' files are deleted meanwhile", async (t) => {
    const { world, backend, question_id, asking } = await waiting(t, {}, {});
    assert.ok(existsSync(bellsOf(world)));
    removeBells(world);
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.equal((await asking).answer, "8080");
  });

  test("though a file lies where the bells' folder was", async (t) => {
    const { world, backend, question_id, asking } = await waiting(t, {}, {});
    removeBells(world, () => writeFileSync(bellsOf(world), "", { flag: "wx" }));
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.equal((await asking).answer, "8080");
  });
});
