import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import {
  calling,
  done,
  heard,
  openPeer,
  ping,
  questionsIn,
  requestsOf,
  saying,
  stepping,
} from "./support/colleague.ts";
import { observe } from "./support/observer.ts";
import { allText, lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

/** What the screen says after the last line about a blocked command. */
function answerOn(screen: string): string {
  return screen.slice(screen.lastIndexOf("blocked by hook:")).split("\n────")[0] ?? "";
}

for (const version of versions) {
  test(`claude ${version}: /mesh is answered at once, and what waits goes on waiting`, async () => {
    await using world = await makeWorld({ version });
    await using observer = await observe(world);
    const { model, client } = world;
    // Not to be woken, so that what waits would be shown by a prompt alone.
    client.addSettings({ crossSessionInbound: "hold" });
    model.script("frontend", done);
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    await observer.call("ask_peer", { to: "frontend", question: "Which colour?", timeout_seconds: 1 });

    for (const columns of [80, 200]) {
      await frontend.resize({ columns, rows: 60 });
      for (const [words, expected] of [
        ["peers", /PEER +STATE +OPEN +PROJECT[^]*frontend \(you\) +idle/],
        ["log", /ID +ASKED +FROM → TO[^]*observer → frontend +pending/],
        ["inbox", /q1 from observer, .*not shown yet\n +Which colour\?/],
        ["status", /peer +frontend[^]*1 question to be shown/],
        ["pers", /There is no \/mesh pers\. Did you mean peers\?/],
      ] as const) {
        await frontend.type(`/mesh ${words}`);
        const fits = (screen: string) => expected.test(answerOn(screen));
        const answer = answerOn(await frontend.waitForScreen(fits, 20_000));
        await frontend.waitForIdle(20_000);
        const rows = answer.split("\n").filter((line) => /^ +(PEER|ID|backend|frontend|q1) /.test(line));
        if (words === "log") assert.equal(rows.length, 2, answer);
        if (words === "peers") assert.equal(rows.length, 3, answer);
      }
    }
    assert.deepEqual(requestsOf(model, "frontend"), []);
    const row = await observer.waitForPeer("frontend", (peer) => peer.activity === "idle");
    assert.equal(row.open_questions, 1);

    const shown = await ping(model, frontend);
    assert.deepEqual(questionsIn(shown), ["q1"]);
    assert.doesNotMatch(allText(shown), /FROM → TO|Did you mean/);
    assert.deepEqual(model.scriptErrors, []);
  });

  test(`claude ${version}: /mesh ask goes through Claude, also to several`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", stepping([() => calling("list_peers")]));
    const frontend = await openPeer(world, "frontend");
    await frontend.type("/mesh ask backend,infra Which port?");
    const command = await model.waitFor("frontend", saying("The user typed `/mesh`"), 20_000);
    assert.match(lastUserText(command), /<arguments>\s*ask backend,infra Which port\?\s*<\/arguments>/);
    assert.match(lastUserText(command), /to an array of those names/);
    assert.match(await heard(model, "frontend", '"you"'), /"you":"frontend"/);
    await frontend.waitForIdle(20_000);
    assert.equal(requestsOf(model, "frontend").length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });
}
