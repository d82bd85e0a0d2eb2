import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { columnsOf } from "../../src/text/width.ts";
import { jsonOf, runCli, startCli } from "../support/cli.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

const ESCAPE = "\u001b";

async function twoServers(t: TestContext) {
  const world = openWorld(t);
  const [frontend, backend] = [await world.server("frontend"), await world.server("backend")];
  await seesPeer(frontend, "backend");
  return { world, frontend, backend };
}

describe("claude-mesh peers", { concurrency: 2 }, () => {
  test("lists who is there, and leaves out who is gone where that is wanted", async (t) => {
    const { world, backend } = await twoServers(t);
    await backend.close();
    const { stdout } = await runCli(world, ["peers"]);
    assert.match(stdout, /^PEER +STATE +PROJECT/);
    assert.match(stdout, /^frontend +idle \d+ s +\/.*\/frontend$/m);
    assert.match(stdout, /^backend +gone (now|\d+ s ago) +\//m);
    const { you, peers } = jsonOf<{ you: null; peers: { name: string; last_seen_at: string }[] }>(
      await runCli(world, ["peers", "--live", "--json"]),
    );
    assert.equal(you, null);
    assert.deepEqual(
      peers.map(({ name }) => name),
      ["frontend"],
    );
    assert.match(peers[0]?.last_seen_at ?? "", /Z$/);
  });

  test("has colours only on a terminal, or by force", async (t) => {
    const { world } = await twoServers(t);
    const coloured = async (env: NodeJS.ProcessEnv) =>
      (await runCli(world, ["peers"], { env })).stdout.includes(ESCAPE);
    assert.equal(await coloured({}), false);
    assert.equal(await coloured({ FORCE_COLOR: "1" }), true);
    assert.equal(await coloured({ FORCE_COLOR: "1", NO_COLOR: "1" }), true);
    assert.equal(await coloured({ FORCE_COLOR: "0" }), false);
  });

  test("fits its width", async (t) => {
    const { world, frontend } = await twoServers(t);
    await frontend.call("register", {
      summary: "the shop's pages, 日本語 and 👩‍👩‍👧 included, all of them".repeat(3),
    });
    for (const width of [40, 80, 200]) {
      const { stdout } = await runCli(world, ["peers"], { env: { COLUMNS: String(width) } });
      for (const line of stdout.split("\n")) assert.ok(columnsOf(line) <= width, `${width}: ${line}`);
    }
  });
});

describe("claude-mesh log", { concurrency: 2 }, () => {
  test("lists the newest last, of one peer, since a time, whole, and as JSON", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    for (const [n, question] of ["Which port?", "Which host?"].entries()) {
      const asking = frontend.call("ask_peer", { to: "backend", question });
      await answerNext(backend, `answer ${n}`);
      await asking;
    }
    const { stdout } = await runCli(world, ["log"]);
    assert.match(stdout, /^ID +ASKED +FROM → TO +STATE +QUESTION +ANSWER\n/);
    const rows = stdout.trim().split("\n").slice(1);
    assert.match(
      rows[0] ?? "",
      /^q\d+ +(now|\d+ s ago) +frontend → backend +answered +Which port\? +answer 0$/,
    );
    assert.match(rows[1] ?? "", /Which host\? +answer 1$/);
    const listed = async (...words: string[]) =>
      jsonOf<{ questions: { question: string }[] }>(
        await runCli(world, ["log", "--json", ...words]),
      ).questions.map(({ question }) => question);
    assert.deepEqual(await listed("--limit", "1"), ["Which host?"]);
    assert.deepEqual(await listed("backend"), ["Which port?", "Which host?"]);
    assert.deepEqual(await listed("--peer", "frontend", "--since", "1h"), ["Which port?", "Which host?"]);
    assert.deepEqual(await listed("--since", "2100-01-01"), []);
    assert.match(
      (await runCli(world, ["log", "--full"])).stdout,
      /answered after \d+ s\n {4}Which port\?\n {4}answer 0\n/,
    );
    const unknown = await runCli(world, ["log", "bakend"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /Did you mean backend\?/);
  });

  test("of a name that changed says the new one, as do inbox, ask and a test question", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    await frontend.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: 1 });
    await backend.call("register", { name: "b" });
    await backend.call("register", { name: "bee" });
    for (const words of [
      ["log", "b"],
      ["log", "--follow", "B"],
      ["inbox", "b"],
      ["ask", "b", "Which port?"],
      ["doctor", "--roundtrip", "b"],
    ]) {
      const { code, stdout, stderr } = await runCli(world, words);
      assert.deepEqual([code, stdout], [1, ""], words.join(" "));
      assert.match(stderr, /"b" is now "bee"\. Use that name\.\n$/, words.join(" "));
    }
  });

  test("follows: each change once, until Ctrl-C", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    const early = frontend.call("ask_peer", { to: "backend", question: "early" });
    await nextQuestion(backend);
    const following = startCli(world, ["log", "--follow", "--json"]);
    const seen = () =>
      following
        .output()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { question: string; state: string })
        .map(({ question, state }) => `${question} ${state}`);
    await until("the first lines", () => seen().length > 0);
    await answerNext(backend, "yes");
    await early;
    await until("the answer", () => seen().includes("early answered"));
    const late = frontend.call("ask_peer", { to: "backend", question: "late", timeout_seconds: 60 });
    await until("the new question", () => seen().includes("late pending"));
    const { question_id } = await nextQuestion(backend);
    await until("the showing", () => seen().includes("late shown"));
    await backend.call("reply_to_peer", { question_id, answer: "yes" });
    await late;
    await until("the late answer", () => seen().includes("late answered"));
    const { code } = await following.kill("SIGINT");
    assert.equal(code, 0);
    assert.deepEqual(seen(), [
      "early shown",
      "early answered",
      "late pending",
      "late shown",
      "late answered",
    ]);
  });

  test("ends quietly where nobody reads on", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    const following = startCli(world, ["log", "--follow"]);
    await until("its start", () => following.output());
    following.closeOutput();
    await answerNext(backend, "8080");
    await asking;
    const { code, stderr } = await following.ended;
    assert.deepEqual([code, stderr], [0, ""]);
  });
});

describe("claude-mesh watch --json", () => {
  test("prints the mesh as it is, and again when it changes", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    const watching = startCli(world, ["watch", "--json"]);
    const last = () =>
      JSON.parse(watching.output().trim().split("\n").at(-1) || "{}") as Record<string, unknown[]>;
    await until("the peers", () => last()["peers"]?.length === 2);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await until("the question in flight", () => last()["open"]?.length === 1);
    await answerNext(backend, "8080");
    await asking;
    await until("the answer", () => last()["closed"]?.length === 1 && last()["open"]?.length === 0);
    assert.equal((await watching.kill("SIGTERM")).code, 143);
  });
});

describe("claude-mesh prune and path", { concurrency: 2 }, () => {
  test("forgets what is old enough, and says before how much that is", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await answerNext(backend, "8080");
    await asking;
    const open = frontend.call("ask_peer", { to: "backend", question: "still open", timeout_seconds: 1 });
    await open;
    const prune = async (...words: string[]) => jsonOf(await runCli(world, ["prune", "--json", ...words]));
    const nothing = { questions: 0, peers: 0, older_than_seconds: 2_592_000, dry_run: false };
    assert.deepEqual(await prune(), nothing);
    const [would] = [await prune("--older-than", "0", "--dry-run")];
    assert.deepEqual(would, { questions: 1, peers: 0, older_than_seconds: 0, dry_run: true });
    assert.match(
      (await runCli(world, ["prune", "--older-than", "0s"])).stdout,
      /^forgot 1 question and 0 addresses/,
    );
    const { questions } = jsonOf<{ questions: { question: string }[] }>(
      await runCli(world, ["log", "--json"]),
    );
    assert.deepEqual(
      questions.map(({ question }) => question),
      ["still open"],
    );
  });

  test("keeps what its asker was not shown", async (t) => {
    const { world, frontend, backend } = await twoServers(t);
    await frontend.call("ask_peer", { to: "backend", question: "Which port?", timeout_seconds: 1 });
    await answerNext(backend, "8080");
    const pruned = await runCli(world, ["prune", "--older-than", "0s"]);
    assert.match(pruned.stdout, /^forgot 0 questions and 0 addresses/);
    assert.equal((await frontend.call("poll_inbox")).replies?.[0]?.answer, "8080");
    assert.match((await runCli(world, ["prune", "--older-than", "0s"])).stdout, /^forgot 1 question /);
  });

  test("path says where the database is, and who said so", async (t) => {
    const world = openWorld(t);
    assert.equal((await runCli(world, ["path"])).stdout, `${world.dbPath}\n`);
    assert.deepEqual(jsonOf(await runCli(world, ["path", "--json"])), {
      path: world.dbPath,
      source: "environment",
    });
  });

  test("a database that cannot be opened: one line with the remedy, exit code 1", async (t) => {
    const world = openWorld(t);
    const env = { MESH_DB_PATH: world.home };
    for (const words of [["peers"], ["log"], ["ask", "backend", "x"], ["inbox"], ["prune"]]) {
      const { code, stdout, stderr } = await runCli(world, words, { env });
      assert.deepEqual([code, stdout], [1, ""], words.join(" "));
      assert.match(stderr, /^claude-mesh: [^\n]*cannot use its database [^\n]*To mend it, [^\n]*\n$/);
    }
  });
});
