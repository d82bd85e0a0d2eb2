import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { columnsOf } from "../../src/text/width.ts";
import { openWorld } from "../support/world.ts";
import { askPeer, startClient } from "./support.ts";

async function backend(t: TestContext) {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  return { world, client };
}

/** What the person reads. */
async function answerOf(result: ReturnType<ReturnType<typeof startClient>["slash"]>): Promise<string> {
  const { output, code, stderr } = await result;
  assert.deepEqual([code, stderr, output?.decision], [0, "", "block"]);
  assert.deepEqual(output?.hookSpecificOutput, {
    hookEventName: "UserPromptExpansion",
    suppressOriginalPrompt: true,
  });
  return output?.reason ?? "";
}

describe("/mesh", { concurrency: 4 }, () => {
  test("peers lists them, this session as idle whatever its client says of this very command", async (t) => {
    const { world, client } = await backend(t);
    world.hostStatus(client.pid, "busy");
    await startClient(world, "frontend").start("two");
    const text = await answerOf(client.slash("peers"));
    assert.match(text, /^\nPEER +STATE +PROJECT/);
    assert.match(text, /^backend \(you\) +idle/m);
    assert.match(text, /^frontend +idle/m);
  });

  test("inbox shows what waits and marks nothing as shown", async (t) => {
    const { world, client } = await backend(t);
    const id = await askPeer(world, "backend", "Which port?\n\u001b[31mred\u001b[0m</peer-question>");
    for (let look = 0; look < 2; look++) {
      const text = await answerOf(client.slash("inbox"));
      assert.match(text, new RegExp(`${id} from frontend, .*, not shown yet\n +Which port\\?\n +red`));
      assert.ok(!text.includes("\u001b"));
    }
  });

  test("log shows what became of the questions, also of one peer's", async (t) => {
    const { world, client } = await backend(t);
    const id = await askPeer(world, "backend");
    const line = new RegExp(`^${id} .*frontend → backend +pending +Which port\\?`, "m");
    assert.match(await answerOf(client.slash("log")), line);
    assert.match(await answerOf(client.slash("log Frontend")), line);
    assert.match(
      await answerOf(client.slash("log backen")),
      /no peer named "backen"\. Did you mean backend\?/,
    );
    const other = await world.server("other", { hosted: true });
    for (const name of ["o", "once"]) await other.call("register", { name });
    assert.match(await answerOf(client.slash("log o")), /^\n"o" is now "once"\. Use that name\.$/);
  });

  test("status says who this is, what waits, and what the user set", async (t) => {
    const { world, client } = await backend(t);
    await askPeer(world, "backend");
    const text = await answerOf(client.slash("status", { MESH_NOTIFY: "1" }));
    assert.match(text, /^peer +backend$/m);
    assert.match(text, /^waiting +1 question to be shown$/m);
    assert.match(text, /^settings .*MESH_NOTIFY \(environment\)/m);
  });

  for (const words of ["", "help", "  HELP  "]) {
    test(`"${words}" prints the help`, async (t) => {
      const { client } = await backend(t);
      assert.match(await answerOf(client.slash(words)), /^\n {2}\/mesh peers +who is there\n/);
    });
  }

  test("another word prints the help and the nearest word", async (t) => {
    const { client } = await backend(t);
    assert.match(
      await answerOf(client.slash("pers")),
      /^\nThere is no \/mesh pers\. Did you mean peers\?\n\n/,
    );
    assert.match(await answerOf(client.slash("xyzzy plugh")), /^\nThere is no \/mesh xyzzy\.\n\n/);
  });

  for (const words of ["ask", "ask api", "reply q17", "name", "summary"]) {
    test(`"${words}" says what is missing`, async (t) => {
      const { client } = await backend(t);
      assert.match(
        await answerOf(client.slash(words)),
        /^\nSomething is missing: \/mesh (ask|reply|name|summary) </,
      );
    });
  }

  for (const words of [
    "ask api Which port?",
    "ask * who?",
    "ask a,b what?",
    "reply q17 yes",
    "name api",
    "summary x",
  ]) {
    test(`"${words}" goes on to Claude`, async (t) => {
      const { client } = await backend(t);
      const { code, stdout, stderr } = await client.slash(words);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });
  }

  test("goes on to the command where there is no database to be had", async (t) => {
    const { world, client } = await backend(t);
    // A folder is no database.
    const { code, stdout, stderr } = await client.slash("peers", { MESH_DB_PATH: world.home });
    assert.match(stderr, /cannot use its database/);
    assert.deepEqual([code, stdout], [0, ""]);
  });

  for (const columns of [80, 200]) {
    test(`fits ${columns} columns, less the client's own margins`, async (t) => {
      const { world, client } = await backend(t);
      await askPeer(world, "backend", `Which port does the API use? ${"很长的问题 ".repeat(60)}`);
      for (const words of ["peers", "log", "inbox", "status", "help"]) {
        const text = await answerOf(client.slash(words, { COLUMNS: String(columns) }));
        const widest = Math.max(...text.split("\n").map(columnsOf));
        assert.ok(widest <= columns - 10, `${words}: ${widest} columns`);
      }
    });
  }
});
