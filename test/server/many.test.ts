import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestServer } from "../support/server.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

const SERVERS = 16;
const ASKS = 5;

test("sixteen servers on one file ask in a circle, and every answer arrives once", async (t) => {
  const world = openWorld(t);
  const servers = await Promise.all(Array.from({ length: SERVERS }, (_, n) => world.server(`peer${n}`)));
  await until("all sixteen among the live peers", async () => {
    const { peers = [] } = await must(servers[0]).call("list_peers");
    return peers.filter(({ status }) => status === "active").length === SERVERS;
  });

  const seen: string[] = [];
  /** Answers all that a result or an inbox hands over; a refused answer would be one given twice. */
  const answer = async (server: TestServer, { questions = [] }: Awaited<ReturnType<TestServer["call"]>>) => {
    for (const { question_id, question } of questions) {
      const { error } = await server.call("reply_to_peer", { question_id, answer: `answer to ${question}` });
      assert.equal(error, undefined);
      seen.push(question);
    }
  };
  const session = async (server: TestServer, n: number) => {
    for (let ask = 0; ask < ASKS; ask++) {
      const question = `question ${ask} of peer${n}`;
      let result = await server.call("ask_peer", {
        to: `peer${(n + 1) % SERVERS}`,
        question,
        timeout_seconds: 60,
      });
      // Interrupted by its own neighbour's question, or refused to wait because it owes an answer.
      const { question_id } = result;
      while (result.status === "interrupted") {
        await answer(server, result);
        result = await server.call("await_reply", { question_id, timeout_seconds: 60 });
      }
      assert.deepEqual(
        [result.error, result.status, result.answer],
        [undefined, "answered", `answer to ${question}`],
      );
    }
  };
  let asking = SERVERS;
  const serve = async (server: TestServer) => {
    await until(
      "the end of all asking",
      async () => {
        await answer(server, await server.call("poll_inbox"));
        return asking === 0;
      },
      90_000,
    );
  };
  await Promise.all(
    servers.map(async (server, n) => {
      await session(server, n);
      asking -= 1;
      await serve(server);
    }),
  );

  const expected = Array.from(
    { length: SERVERS * ASKS },
    (_, n) => `question ${n % ASKS} of peer${Math.floor(n / ASKS)}`,
  );
  assert.deepEqual(seen.sort(), expected.sort());
  for (const server of servers) {
    assert.ok(!server.stderr.some((line) => /busy|locked|failed/i.test(line)), server.stderr.join("\n"));
    const { questions, replies } = await server.call("poll_inbox");
    assert.deepEqual([questions, replies], [[], []]);
  }
});
