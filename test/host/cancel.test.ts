import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  answering,
  asking,
  done,
  heard,
  openPeer,
  ping,
  questionsIn,
  repliesIn,
  requestsOf,
  stepping,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: Esc on a waiting ask`, async (t) => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model } = world;
    model.script("frontend", asking());
    const backend = await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    const open = (count: number) => observer.waitForPeer("backend", (peer) => peer.open_questions === count);

    await t.test("withdraws a question that was not shown", async () => {
      const working = Promise.withResolvers<void>();
      model.script("backend", async () => {
        await working.promise;
        return { text: "done" };
      });
      await backend.type("go on");
      await model.waitFor("backend", () => true, 20_000);
      await frontend.type("ask backend: Which port?");
      await open(1);
      await frontend.interrupt();
      await open(0);
      working.resolve();
      await backend.waitForIdle(20_000);
      await ping(model, backend);
      assert.deepEqual(requestsOf(model, "backend").map(questionsIn), [[], []]);
    });

    await t.test("leaves a shown one open, and says so to who answers", async () => {
      const before = requestsOf(model, "backend").length;
      const shown = Promise.withResolvers<void>();
      const late = async () => {
        await shown.promise;
        return { text: "done" };
      };
      const answer = answering(() => "port 8080");
      model.script("backend", stepping([late, answer], done));
      await frontend.type("ask backend: Which host?");
      const first = await model.waitFor("backend", (request) => questionsIn(request).length > 0, 20_000);
      assert.doesNotMatch(lastUserText(first), /no longer waits/);
      await frontend.interrupt();
      await observer.waitForPeer("frontend", (peer) => peer.activity !== "asking");
      shown.resolve();
      const reminder = await model.waitFor(
        "backend",
        (request) => questionsIn(request).length > 0,
        20_000,
        first,
      );
      assert.match(lastUserText(reminder), /q2 was asked earlier[^]*The asker of q2 no longer waits/);
      assert.match(await heard(model, "backend", '"question_id"', reminder), /"status":"queued"/);
      const reply = await model.waitFor("frontend", (request) => repliesIn(request).length > 0, 20_000);
      assert.match(lastUserText(reply), /<peer-reply mark="\w+" question_id="q2"[^]*port 8080/);
      await frontend.waitForIdle(20_000);
      await ping(model, frontend);
      await ping(model, backend);
      assert.deepEqual(requestsOf(model, "frontend").flatMap(repliesIn), ["q2"]);
      assert.deepEqual(requestsOf(model, "backend").slice(before).map(questionsIn), [["q2"], ["q2"], [], []]);
      assert.deepEqual(model.scriptErrors, []);
    });
  });
}
