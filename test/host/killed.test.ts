import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  bashCall,
  heard,
  meshTool,
  openPeer,
  ping,
  questionsIn,
  repliesIn,
  requestsOf,
  stepOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

test("a killed session is known to be gone, and its next one is shown what it did not answer", async (t) => {
  await using world = await makeWorld();
  await using observer = await observe(world);
  const { model } = world;
  model.script("frontend", asking());
  model.script("backend", () => new Promise(() => {}));
  const frontend = await openPeer(world, "frontend");
  const first = await openPeer(world, "backend");

  await t.test("who waits for it hears peer_left within 5 s", async () => {
    await frontend.type("ask backend: Which port does the API use?");
    await model.waitFor("backend", (request) => questionsIn(request).length > 0, 20_000);
    const killed = performance.now();
    await first.kill("SIGKILL");
    assert.match(await heard(model, "frontend", "peer_left"), /"question_id":"q1"/);
    const ms = Math.round(performance.now() - killed);
    console.log(`SIGKILL to peer_left in the asker's model request: ${ms} ms`);
    assert.ok(ms <= 5_000, `${ms} ms`);
    const rows = (await observer.peers()).filter((peer) => peer.name === "backend");
    assert.deepEqual(
      rows.map(({ status, open_questions }) => ({ status, open_questions })),
      [{ status: "inactive", open_questions: 1 }],
    );
  });

  await t.test("the next session of that name is shown the question, as perhaps shown before", async () => {
    const before = requestsOf(model, "backend").length;
    const last = requestsOf(model, "backend").at(-1);
    model.script(
      "backend",
      answering(() => "port 8080"),
    );
    // Nobody types: it is woken.
    const second = await world.open("backend");
    const shown = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 30_000, last);
    assert.match(
      lastUserText(shown),
      /q1 may have been shown before[^]*<peer-question mark="\w+" question_id="q1"/,
    );
    const reply = await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 20_000);
    assert.match(lastUserText(reply), /<peer-reply mark="\w+" question_id="q1"[^]*port 8080/);
    await ping(model, second);
    await frontend.waitForIdle(20_000);
    await ping(model, frontend);
    assert.deepEqual(requestsOf(model, "backend").slice(before).map(questionsIn), [["q1"], [], []]);
    assert.deepEqual(requestsOf(model, "frontend").flatMap(repliesIn), ["q1"]);
    assert.deepEqual(model.scriptErrors, []);
  });
});

const LAUNCH = {
  name: "Agent",
  input: {
    description: "Find the port",
    prompt: "go on",
    subagent_type: "general-purpose",
    run_in_background: false,
  },
};
// The permission question, which nobody answers, keeps the step open.
const ASK = [
  { name: meshTool("ask_peer"), input: { to: "backend", question: "Which port?" } },
  bashCall("touch port"),
];

for (const version of versions)
  for (const who of ["session", "subagent"] as const)
    test(`${version}: an answer to a ${who} that was killed before its step was over is for the next session`, async (t) => {
      await using world = await makeWorld({ version });
      const { model } = world;
      const asks = stepOf(...ASK);
      const launches = stepOf(LAUNCH);
      model.script("frontend", (request) =>
        (who === "session" || request.agent !== undefined ? asks : launches)(request),
      );
      model.script(
        "backend",
        answering(() => "port 8080"),
      );
      const frontend = await openPeer(world, "frontend");
      await openPeer(world, "backend");

      await t.test("who answers is not told that it was delivered", async () => {
        await frontend.type("go on");
        assert.match(await heard(model, "backend", /"status":"(queued|delivered)"/), /"status":"queued"/);
      });

      await t.test("and the next session is shown the answer", async () => {
        await frontend.kill("SIGKILL");
        await world.open("frontend");
        const shown = await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 30_000);
        assert.match(lastUserText(shown), /<peer-reply mark="\w+" question_id="q1"[^]*port 8080/);
        assert.deepEqual(model.scriptErrors, []);
      });
    });
