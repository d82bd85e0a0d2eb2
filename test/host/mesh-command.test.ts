import assert from "node:assert/strict";
import { test } from "node:test";
import { versions } from "./support/binary.ts";
import { calling, heard, openPeer, requestsOf, saying, told } from "./support/colleague.ts";
import { lastUserText } from "./support/request.ts";
import { makeWorld } from "./support/world.ts";

for (const version of versions) {
  test(`claude ${version}: /mesh peers lists the sessions`, async () => {
    await using world = await makeWorld({ version });
    const { model } = world;
    model.script("frontend", told({ "The user typed `/mesh`": () => calling("list_peers") }));
    await openPeer(world, "backend");
    const frontend = await openPeer(world, "frontend");
    await frontend.type("/mesh peers");
    const command = await model.waitFor("frontend", saying("The user typed `/mesh`"), 20_000);
    assert.match(lastUserText(command), /<arguments>\s*peers\s*<\/arguments>/);
    const result = await heard(model, "frontend", '"you"');
    const { you, peers } = JSON.parse(result) as { you: string; peers: { name: string; status: string }[] };
    assert.equal(you, "frontend");
    const names = peers.map((peer) => `${peer.name} ${peer.status}`);
    assert.deepEqual(names, ["backend active", "frontend active"]);
    await frontend.waitForIdle(20_000);
    assert.equal(requestsOf(model, "frontend").length, 2);
    assert.deepEqual(model.scriptErrors, []);
  });
}
