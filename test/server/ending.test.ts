import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { SERVER } from "../support/paths.ts";
import { type RawServer, startRawServer } from "../support/raw-server.ts";
import { must, until } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";

async function start(t: TestContext): Promise<{ world: World; server: RawServer }> {
  const world = openWorld(t);
  const server = await startRawServer(SERVER, world.env, world.project("backend"));
  t.after(() => server.kill("SIGKILL"));
  const store = world.store();
  await until("backend among the live peers", async () => (await store.peers(Date.now()))[0]?.host);
  return { world, server };
}

describe("the server ends, and its peer with it", { concurrency: 4 }, () => {
  const ways: Record<string, (server: RawServer) => void> = {
    "when its input ends": (server) => server.endInput(),
    "on SIGTERM": (server) => server.kill("SIGTERM"),
    "on SIGINT": (server) => server.kill("SIGINT"),
    "on several at once": (server) => {
      server.kill("SIGINT");
      server.kill("SIGTERM");
      server.endInput();
    },
  };
  for (const [way, end] of Object.entries(ways)) {
    test(way, async (t) => {
      const { world, server } = await start(t);
      end(server);
      assert.equal(await server.ended, 0);
      const [peer] = await world.store().peers(Date.now());
      assert.deepEqual([peer?.name, peer?.host], ["backend", null]);
    });
  }

  test("in the middle of a wait, which ends with it", async (t) => {
    const { world, server } = await start(t);
    const store = world.store();
    const other = await world.server("frontend");
    await other.call("register");
    const ask = { name: "ask_peer", arguments: { to: "frontend", question: "Which colour?" } };
    server.send({ id: 1, method: "tools/call", params: ask });
    const asking = async () => (await store.peers(Date.now())).find(({ name }) => name === "backend")?.asking;
    await until("the wait", asking);
    server.endInput();
    assert.equal(await server.ended, 0);
    assert.equal(await asking(), false);
    const [question] = must((await other.call("poll_inbox")).questions);
    assert.equal(question?.question, "Which colour?");
  });
});

test("nothing but MCP messages goes to stdout", async (t) => {
  const { server } = await start(t);
  server.send({ id: 1, method: "tools/list" });
  server.send({ id: 2, method: "tools/call", params: { name: "list_peers", arguments: {} } });
  server.send({ id: 3, method: "no/such/method" });
  await until("three answers", () => server.lines.length === 4);
  for (const line of server.lines) assert.equal(JSON.parse(line).jsonrpc, "2.0");
});
