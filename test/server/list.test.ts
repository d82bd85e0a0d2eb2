import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { must } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

/** Peers that were here before, each a minute earlier than the one before it; some were asked and have not answered. */
function remember(world: World, count: number): void {
  const db = world.database();
  const now = Date.now();
  db.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
     INSERT INTO peers (name, project_path, activity_at, active_at, last_seen_at)
     SELECT printf('project-%05d', i), printf('/work/project-%05d', i), :now - i * 60000, :now - i * 60000, :now - i * 60000
     FROM n`,
    { count, now },
  );
}

async function listOf(world: World) {
  const server = await world.server("frontend");
  const result = await server.callRaw("list_peers");
  const [part] = result.content;
  assert.equal(part?.type, "text");
  return { server, text: part?.type === "text" ? part.text : "" };
}

describe("list_peers", { concurrency: 2 }, () => {
  test("with 10,000 remembered peers is as short as with ten, and says how many more there are", async (t) => {
    const [few, many] = [openWorld(t), openWorld(t)];
    remember(few, 10);
    remember(many, 10_000);
    const [short, long] = [await listOf(few), await listOf(many)];
    // But for the digits of a number.
    assert.ok(long.text.length <= short.text.length + 10, `${short.text.length}, ${long.text.length}`);
    const { peers, more } = JSON.parse(long.text);
    assert.equal(peers.length + more, 10_001);
  });

  test("names the absent ones that have open mail, though others were here later", async (t) => {
    const world = openWorld(t);
    remember(world, 1_000);
    const { server } = await listOf(world);
    const { status } = await server.call("ask_peer", { to: "project-00900", question: "Which port?" });
    assert.equal(status, "queued");
    const { peers = [] } = await server.call("list_peers");
    const asked = must(peers.find(({ name }) => name === "project-00900"));
    assert.deepEqual([asked.status, asked.open_questions], ["inactive", 1]);
    assert.ok(peers.length < 20);
  });
});
