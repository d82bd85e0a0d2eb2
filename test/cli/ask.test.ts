import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { jsonOf, runCli, startCli } from "../support/cli.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

async function withBackend(t: TestContext) {
  const world = openWorld(t);
  const backend = await world.server("backend");
  await seesPeer(backend, "backend");
  return { world, backend };
}

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

describe("claude-mesh ask", { concurrency: 2 }, () => {
  test("prints the answer and nothing else, and its address is free afterwards", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which", "port?"]);
    const asked = await nextQuestion(backend);
    assert.deepEqual([asked.from, asked.question], ["desk-terminal", "Which port?"]);
    const reply = await backend.call("reply_to_peer", { question_id: asked.question_id, answer: "8080" });
    const { code, stdout } = await asking.ended;
    assert.deepEqual([code, stdout], [0, "8080\n"]);
    assert.equal(reply.status, "delivered");
    const { peers = [] } = await backend.call("list_peers");
    assert.deepEqual(
      peers.map(({ name }) => name),
      ["backend"],
    );
    assert.deepEqual((await runCli(world, ["inbox"])).stdout, "Nothing waits for desk-terminal.\n");
  });

  test("takes the question from stdin and gives the result as JSON", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "-", "--json"], { input: "Which\nport?\n" });
    assert.equal((await nextQuestion(backend)).question, "Which\nport?");
    await answerNext(backend, "8080");
    const { status, question_id, to, answer, state, ...times } = jsonOf(await asking.ended);
    assert.deepEqual([status, to, answer, state], ["answered", "backend", "8080", "answered"]);
    assert.match(String(question_id), /^q\d+$/);
    assert.deepEqual(Object.keys(times), ["asked_at", "shown_at", "closed_at"]);
    for (const time of Object.values(times)) assert.match(String(time), ISO);
  });

  test("declined: exit code 4 and the reason", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    const { question_id } = await nextQuestion(backend);
    await backend.call("reply_to_peer", { question_id, answer: "ask ops", decline: true });
    const { code, stdout, stderr } = await asking.ended;
    assert.deepEqual([code, stdout], [4, ""]);
    assert.match(stderr, new RegExp(`backend declined ${question_id}: ask ops`));
  });

  test("timed out: exit code 3; the same folder's inbox has the late answer, once", async (t) => {
    const { world, backend } = await withBackend(t);
    const { code, stdout, stderr } = await runCli(world, ["ask", "backend", "Which port?", "--timeout", "1"]);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /no answer from backend yet: q\d+ was not shown yet\. It stays open/);
    assert.equal((await answerNext(backend, "8080")).status, "queued");
    const { replies } = jsonOf<{ replies: { answer: string }[] }>(await runCli(world, ["inbox", "--json"]));
    assert.deepEqual(
      replies.map(({ answer }) => answer),
      ["8080"],
    );
    assert.deepEqual(jsonOf(await runCli(world, ["inbox", "--json"])).replies, []);
  });

  test("a session that starts in the folder gets the folder's name, and not the terminal's mail", async (t) => {
    const { world, backend } = await withBackend(t);
    await runCli(world, ["ask", "backend", "Which port?", "--timeout", "1"]);
    await answerNext(backend, "8080");
    const desk = await world.server("desk");
    const registered = await desk.call("register");
    assert.equal(registered.name, "desk");
    assert.deepEqual((await desk.call("poll_inbox")).replies, []);
    assert.match((await runCli(world, ["inbox"])).stdout, /answered by backend.*\n.*Which port\?\n.*8080/);
  });

  test("an unknown peer: exit code 1, with the nearest name", async (t) => {
    const { world } = await withBackend(t);
    const { code, stdout, stderr } = await runCli(world, ["ask", "bakend", "Which port?"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /no peer named "bakend"\. Did you mean backend\?/);
  });

  test("nobody live there: exit code 5, at once", async (t) => {
    const { world, backend } = await withBackend(t);
    await backend.close();
    const { code, stderr } = await runCli(world, ["ask", "backend", "Which port?"]);
    assert.equal(code, 5);
    assert.match(stderr, /no session of backend can answer now; q\d+ waits for one that can/);
  });

  test("the session ends before it answers: exit code 6", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    await nextQuestion(backend);
    await backend.kill("SIGKILL");
    const { code, stderr } = await asking.ended;
    assert.equal(code, 6);
    assert.match(stderr, /the session of backend, or its mesh server, ended before it answered/);
  });

  test("Ctrl-C takes back what nobody has read: exit code 130", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    const store = world.store();
    await until("the question", async () => (await store.history({ limit: 1, now: Date.now() }))[0]);
    const { code, stdout, stderr } = await asking.kill("SIGINT");
    assert.deepEqual([code, stdout], [130, ""]);
    assert.match(stderr, /q\d+ was taken back; backend had not read it/);
    assert.deepEqual((await backend.call("poll_inbox")).questions, []);
  });

  test("Ctrl-C leaves open what was read, and the answer is kept", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    await nextQuestion(backend);
    const store = world.store();
    await until("the showing", async () => {
      const [entry] = await store.history({ limit: 1, now: Date.now() });
      return entry?.state === "shown";
    });
    const { code, stderr } = await asking.kill("SIGTERM");
    assert.equal(code, 143);
    assert.match(stderr, /backend had read q\d+ already, so it stays open/);
    await answerNext(backend, "8080");
    assert.match((await runCli(world, ["inbox"])).stdout, /8080/);
  });

  test("killed at once, it is gone from the mesh, and its answer is kept", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    await nextQuestion(backend);
    await asking.kill("SIGKILL");
    assert.equal((await answerNext(backend, "8080")).status, "queued");
    assert.match((await runCli(world, ["inbox"])).stdout, /8080/);
    const { peers = [] } = await backend.call("list_peers");
    assert.equal(peers.length, 1);
  });

  test("several: each answer under its name; all or as many as needed decide the exit code", async (t) => {
    const { world, backend } = await withBackend(t);
    const infra = await world.server("infra");
    await seesPeer(infra, "backend");
    const ask = (...more: string[]) =>
      startCli(world, ["ask", "backend,infra", `Which port? ${more.join(" ")}`, "--timeout", "2", ...more]);
    const both = ask("--json");
    await Promise.all([answerNext(backend, "8080"), answerNext(infra, "9090")]);
    const { status, answers } = jsonOf<{ status: string; answers: { to: string; answer: string }[] }>(
      await both.ended,
    );
    assert.equal(status, "answered");
    assert.deepEqual(
      answers.map(({ to, answer }) => [to, answer]),
      [
        ["backend", "8080"],
        ["infra", "9090"],
      ],
    );
    const half = ask();
    await answerNext(backend, "8080");
    const halfEnd = await half.ended;
    assert.equal(halfEnd.code, 3);
    assert.match(halfEnd.stdout, /^backend \(q\d+\)\n {4}8080\n\ninfra: no answer from infra yet: q\d+/);
    const any = ask("--need", "any");
    await answerNext(backend, "8080");
    assert.equal((await any.ended).code, 0);
  });

  test("a terminal that waits is not asked by others, neither by name nor by all", async (t) => {
    const { world, backend } = await withBackend(t);
    const infra = await world.server("infra");
    await seesPeer(infra, "backend");
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    const { question_id } = await nextQuestion(backend);
    const { peers = [] } = await backend.call("list_peers");
    const terminal = must(peers.find(({ name }) => name === "desk-terminal"));
    assert.deepEqual(
      [terminal.status, terminal.activity, terminal.summary, terminal.project_path],
      ["active", "asking", "a terminal: asks, and takes no questions", world.project("desk")],
    );
    const { error = "" } = await infra.call("ask_peer", { to: "desk-terminal", question: "Who are you?" });
    assert.match(error, /"desk-terminal" takes no questions/);
    const all = infra.call("ask_peer", { to: "*", question: "Who are you?", timeout_seconds: 1 });
    assert.deepEqual(
      (await all).answers?.map(({ to }) => to),
      ["backend"],
    );
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    assert.equal((await asking.ended).code, 0);
  });

  test("tells on stderr whom it waits for, once where each line stands", async (t) => {
    const { world } = await withBackend(t);
    const { stderr } = await runCli(world, ["ask", "backend", "Which port?", "--timeout", "5"]);
    assert.equal(stderr.match(/backend has not been shown q\d+ yet · 2 s/g)?.length, 1, stderr);
    assert.equal(stderr.trim().split("\n").length, 2, stderr);
    const quiet = await runCli(world, ["ask", "backend", "Which host?", "--timeout", "3", "--quiet"]);
    assert.equal(quiet.stderr.trim().split("\n").length, 1, quiet.stderr);
  });

  test("an answer that nobody reads any more is kept", async (t) => {
    const { world, backend } = await withBackend(t);
    const asking = startCli(world, ["ask", "backend", "Which port?"]);
    await nextQuestion(backend);
    asking.closeOutput();
    await answerNext(backend, "8080");
    assert.equal((await asking.ended).code, 0);
    assert.match((await runCli(world, ["inbox"])).stdout, /8080/);
  });
});
