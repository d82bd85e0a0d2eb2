import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { seesPeer } from "../support/talk.ts";
import { must } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

const TOOLS = ["register", "list_peers", "ask_peer", "await_reply", "reply_to_peer", "poll_inbox"];

test("the tools are listed, each with a strict input", async (t) => {
  const server = await openWorld(t).server("backend");
  const tools = await server.tools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    TOOLS,
  );
  for (const { inputSchema, description } of tools) {
    assert.deepEqual([inputSchema.type, inputSchema["additionalProperties"]], ["object", false]);
    assert.ok((description ?? "").length > 40);
  }
});

test("the client is asked to hand over whole what may be long", async (t) => {
  const server = await openWorld(t).server("backend");
  const long = (await server.tools()).filter(
    ({ _meta }) => _meta?.["anthropic/maxResultSizeChars"] === 500_000,
  );
  assert.deepEqual(
    long.map(({ name }) => name),
    ["list_peers", "ask_peer", "await_reply", "poll_inbox"],
  );
});

test("a result is the same as structured content and as JSON text", async (t) => {
  const server = await openWorld(t).server("backend");
  const { structuredContent, content } = await server.callRaw("list_peers");
  const [first] = content;
  assert.deepEqual(JSON.parse(first?.type === "text" ? first.text : ""), structuredContent);
});

describe("register", { concurrency: 4 }, () => {
  test("without input says who this session is", async (t) => {
    const world = openWorld(t);
    const server = await world.server("backend");
    assert.deepEqual(await server.call("register"), {
      name: "backend",
      project_path: world.project("backend"),
      session_id: null,
      status: "active",
    });
  });

  test("renames and describes the session, for all to see", async (t) => {
    const world = openWorld(t);
    const [server, other] = [await world.server("backend"), await world.server("frontend")];
    assert.equal((await server.call("register", { name: "API", summary: "orders" })).name, "api");
    await seesPeer(other, "api");
    const { peers = [] } = await other.call("list_peers");
    assert.equal(peers.find(({ name }) => name === "api")?.summary, "orders");
  });

  test("says in a hint why the name is not the project's", async (t) => {
    const world = openWorld(t);
    await (await world.server("backend")).call("register");
    const second = await (await world.server("backend")).call("register");
    assert.equal(second.name, "backend-2");
    assert.match(second.hint ?? "", /"backend" is held by another session/);
  });

  test("refuses a name that lives and one that is none", async (t) => {
    const world = openWorld(t);
    const [server, other] = [await world.server("backend"), await world.server("frontend")];
    await other.call("register");
    assert.match(must((await server.call("register", { name: "frontend" })).error), /held by.*frontend/);
    assert.match(must((await server.call("register", { name: "my app" })).error), /not a valid name.*my-app/);
    assert.match(must((await server.call("register", { summary: "x".repeat(201) })).error), /summary.*200/);
    assert.equal((await server.call("register")).name, "backend");
  });
});

test("list_peers tells of every peer all that a session needs to know", async (t) => {
  const world = openWorld(t);
  const backend = await world.server("backend");
  await backend.call("register", { summary: "orders" });
  const path = world.project("backend");
  const frontend = await world.server("frontend");
  await seesPeer(frontend, "backend");
  const { you, peers = [] } = await frontend.call("list_peers");
  assert.equal(you, "frontend");
  assert.deepEqual(
    peers.map(({ name }) => name),
    ["backend", "frontend"],
  );
  const { last_seen_at = "", activity_since = "", ...entry } = must(peers[0]);
  assert.deepEqual(entry, {
    name: "backend",
    project_path: path,
    branch: null,
    summary: "orders",
    status: "active",
    activity: "idle",
    stale: false,
    wake: null,
    open_questions: 0,
  });
  for (const time of [last_seen_at, activity_since]) assert.equal(new Date(time).toISOString(), time);
});

describe("input is checked strictly", () => {
  const table = [
    [
      "ask_peer",
      { to: "x", qestion: "y" },
      [/unknown key "qestion"/, /to, question, timeout_seconds/, /"question" is missing/],
    ],
    ["ask_peer", {}, [/"to" is missing/, /"question" is missing/]],
    ["ask_peer", { to: 5, question: "y" }, [/"to"/]],
    ["ask_peer", { to: "", question: "y" }, [/"to"/]],
    ["ask_peer", { to: "x", question: "y", timeout_seconds: 0 }, [/timeout_seconds.*1 to 3600/]],
    ["ask_peer", { to: "x", question: "y", timeout_seconds: 3601 }, [/timeout_seconds.*1 to 3600/]],
    ["ask_peer", { to: "x", question: "y", timeout_seconds: "3601" }, [/timeout_seconds.*1 to 3600/]],
    ["ask_peer", { to: '["x", "y', question: "y" }, [/"to": expected a peer's name, 1 to 16 names/]],
    ["ask_peer", { to: "[]", question: "y" }, [/"to": expected a peer's name, 1 to 16 names/]],
    ["ask_peer", { to: " ", question: "y" }, [/"to": expected a peer's name, 1 to 16 names/]],
    ["await_reply", { question_id: "first" }, [/question_id.*q17/]],
    ["await_reply", { question_id: "[]" }, [/question_id.*q17.*1 to 64/]],
    ["await_reply", { id: "q17" }, [/unknown key "id"/, /question_id, timeout_seconds/]],
    ["reply_to_peer", { question_id: "q1" }, [/"answer" is missing/]],
    ["reply_to_peer", { question_id: "q1", answer: "a", decline: "yes" }, [/"decline"/]],
    ["poll_inbox", { all: true }, [/unknown key "all"/, /no input/]],
    ["list_peers", { live: true }, [/unknown key "live"/]],
    ["register", { nmae: "x" }, [/unknown key "nmae"/, /name, summary/]],
  ] as const;

  test("and a fault is named with what is expected", async (t) => {
    const server = await openWorld(t).server("backend");
    for (const [tool, input, patterns] of table) {
      const { error = "no error" } = await server.call(tool, input);
      for (const pattern of patterns) assert.match(error, pattern, `${tool} ${JSON.stringify(input)}`);
      assert.ok(error.startsWith(`${tool}: `), error);
    }
  });

  test("but what can have one meaning only is taken", async (t) => {
    const world = openWorld(t);
    const [server, other] = [await world.server("backend"), await world.server("frontend")];
    await other.call("register");
    await seesPeer(server, "frontend");
    const question = { to: '[" frontend ", "Frontend"]', question: "y", timeout_seconds: "1", need: "1" };
    const { answers = [] } = await server.call("ask_peer", question);
    assert.deepEqual(
      answers.map(({ to, status }) => [to, status]),
      [["frontend", "timed_out"]],
    );
    const id = must(answers[0]).question_id;
    const forms = [`#${id}`, id.slice(1), Number(id.slice(1)), `["${id}"]`, `[${id.slice(1)}]`];
    for (const form of forms) {
      const awaited = await server.call("await_reply", { question_id: form, timeout_seconds: 1, need: null });
      const [one = awaited] = awaited.answers ?? [];
      assert.deepEqual([one.question_id, one.status], [id, "timed_out"], String(form));
    }
    const reply = { question_id: id.slice(1), answer: "true", decline: "true" };
    assert.equal((await other.call("reply_to_peer", reply)).question_id, id);
    const { status, answer } = await server.call("await_reply", { question_id: id });
    assert.deepEqual([status, answer], ["declined", "true"]);
  });

  test("and a tool that is none is named with those that are", async (t) => {
    const server = await openWorld(t).server("backend");
    await assert.rejects(server.call("ask"), /no tool "ask".*ask_peer/s);
  });
});

test("the project's file and its branch are read", async (t) => {
  const world = openWorld(t);
  const path = world.project("backend", '{ "name": "api", "summary": "orders" }');
  writeFileSync(join(path, ".git"), "gitdir: ../git");
  const git = world.project("git");
  writeFileSync(join(git, "HEAD"), "ref: refs/heads/main\n");
  const { peers: [me] = [] } = await (await world.server("backend")).call("list_peers");
  assert.deepEqual([me?.name, me?.summary, me?.branch], ["api", "orders", "main"]);
});
