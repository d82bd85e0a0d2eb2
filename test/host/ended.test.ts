import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  repliesOf,
  requestsOf,
  saying,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { logged, statesOf, waitForQuestion } from "./support/states.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

/** A hook of the user's own, beside ours. */
function hook(event: string, command: string): Record<string, unknown> {
  return { hooks: { [event]: [{ hooks: [{ type: "command", command }] }] } };
}

for (const version of versions) {
  test(`claude ${version}: what a Stop showed to a turn that another hook ended is shown in a turn of its own`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    client.addSettings(hook("Stop", `echo '{"continue":false,"stopReason":"enough"}'`));
    let asked: ReturnType<typeof observer.call> | undefined;
    const answer = answering(
      (id) => `answer to ${id}`,
      async () => {
        // It comes while the turn is at work, so the Stop hook shows it.
        asked ??= observer.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: 60 });
        await waitForQuestion(world, "q1", () => true);
        return { text: "done" };
      },
    );
    model.script("backend", answer);
    const backend = await openPeer(world, "backend");
    await backend.type("work on");
    await model.waitFor("backend", saying("work on"), 30_000);
    await until(
      () => asked,
      30_000,
      () => "the question was not asked",
    );
    assert.deepEqual([(await asked)?.["status"], (await asked)?.["answer"]], ["answered", "answer to q1"]);
    assert.deepEqual(await statesOf(world), { q1: "answered" });
    const [first, ...others] = requestsOf(model, "backend");
    assert.deepEqual(first && questionsIn(first), []);
    assert.ok(others.some((request) => questionsIn(request).includes("q1")));
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: what was shown with a prompt that another hook blocked is pending, and comes with the next`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    const block = `grep -q secret && { echo "no secrets" >&2; exit 2; } || exit 0`;
    // It is not woken, so that its user's prompt is the first to come.
    client.addSettings({ ...hook("UserPromptSubmit", block), crossSessionInbound: "refuse" });
    model.script(
      "backend",
      answering((id) => `answer to ${id}`),
    );
    const backend = await openPeer(world, "backend");
    const asked = observer.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: 60 });
    await waitForQuestion(world, "q1", ({ state }) => state === "pending");
    const before = requestsOf(model, "backend").length;
    await backend.type("a secret");
    await backend.waitForScreen(/no secrets/, 20_000);
    // The client may put the prompt back into the input line.
    await backend.press("C-u");
    await backend.waitForIdle(20_000);
    assert.deepEqual(
      [requestsOf(model, "backend").length, await statesOf(world)],
      [before, { q1: "pending" }],
    );
    const pinged = await ping(model, backend);
    assert.ok(questionsIn(pinged).includes("q1"));
    assert.equal((await asked)["answer"], "answer to q1");
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: answers at more Stops than the client lets go on are all shown`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    const ids = Array.from({ length: 10 }, (_, n) => `q${n + 1}`);
    const left = [...ids];
    model.script("frontend", async (request) => {
      if (saying("ask all")(request)) {
        const input = (id: string) => ({ to: "observer", question: `part ${id}?`, timeout_seconds: 1 });
        return { tools: ids.map((id) => ({ name: meshTool("ask_peer"), input: input(id) })) };
      }
      const id = left.shift();
      if (id !== undefined) await observer.call("reply_to_peer", { question_id: id, answer: `to ${id}` });
      return { text: "fine" };
    });
    const frontend = await openPeer(world, "frontend");
    await frontend.type("ask all");
    // Eight Stops in a row may hold a turn back. The ninth is overridden; what it showed begins another turn.
    const last = await model.waitFor("frontend", (request) => repliesOf(request).includes("q10"), 60_000);
    const shown = repliesOf(last);
    assert.deepEqual([...new Set(shown)].sort(), [...ids].sort());
    await frontend.waitForIdle(20_000);
    await until(
      async () => Object.values(await logged(world)).every((one) => one.answer_shown_at !== null),
      20_000,
      () => "not all answers count as shown",
    );
    assert.deepEqual(model.scriptErrors, []);
  });
}
