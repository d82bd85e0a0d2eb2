import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  done,
  heard,
  openPeer,
  ping,
  questionsOf,
  repliesOf,
  requestsOf,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { logged, waitForQuestion } from "./support/states.ts";
import { until } from "./support/until.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: an unattended fork of a conversation takes neither its name nor its mail`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    const project = world.projectOf("backend");
    const id = randomUUID();
    model.script("backend", asking({ timeout_seconds: 1 }));
    const first = await openPeer(world, "backend", { args: ["--session-id", id] });
    await first.type("ask observer: What is new?");
    await heard(model, "backend", "timed_out");
    await first.waitForIdle(20_000);
    // The client writes a conversation down a moment after it was spoken.
    const isKept = () =>
      readdirSync(client.home, { recursive: true }).some((file) => String(file).endsWith(`${id}.jsonl`));
    await until(isKept, 20_000, () => "the conversation was not written down");
    await first.exit();
    await observer.waitForPeer("backend", (peer) => peer.status === "inactive");
    const replied = await observer.call("reply_to_peer", { question_id: "q1", answer: "nothing is new" });
    assert.equal(replied["status"], "queued");
    assert.equal(
      (await observer.call("ask_peer", { to: "backend", question: "Which port?" }))["status"],
      "queued",
    );

    const running = Promise.withResolvers<void>();
    model.script("robot", async (request) => {
      await running.promise;
      return done(request);
    });
    const run = client.runPrint({
      project,
      key: "robot",
      prompt: "go on",
      args: ["--resume", id, "--fork-session"],
    });
    await model.waitFor("robot", () => true, 30_000);
    const rows = await observer.peers();
    running.resolve();
    const { code, stdout, stderr } = await run;
    assert.deepEqual([code, stdout.trim()], [0, "done"], stderr);
    assert.deepEqual(
      rows
        .filter(({ name }) => name === "backend")
        .map(({ status, open_questions }) => [status, open_questions]),
      [["inactive", 1]],
    );
    for (const request of requestsOf(model, "robot")) {
      assert.deepEqual(questionsOf(request), []);
      assert.deepEqual(repliesOf(request), []);
    }
    assert.equal((await logged(world))["q2"]?.state, "pending");
    assert.equal((await logged(world))["q1"]?.answer_shown_at, null);

    model.script(
      "next",
      answering(() => "port 8080"),
    );
    const next = await world.open("next", { project });
    const row = await observer.waitForPeer("backend", (peer) => peer.status === "active");
    assert.equal(row.name, "backend");
    await waitForQuestion(world, "q2", ({ state }) => state === "answered");
    await next.waitForIdle(20_000);
    const pinged = await ping(model, next);
    assert.deepEqual([questionsOf(pinged), repliesOf(pinged)], [["q2"], ["q1"]]);
    assert.deepEqual(model.scriptErrors, []);
  });
}
