import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Peer } from "../../src/domain/peer.ts";
import { HANDING_LEASE, SHOWN_AT_ONCE } from "../../src/domain/question.ts";
import { shownText } from "../support/hook.ts";
import { must } from "../support/until.ts";
import { openWorld, type World } from "../support/world.ts";
import { answerAs, askPeer, startClient, stateOf } from "./support.ts";

async function backend(t: TestContext) {
  const world = openWorld(t);
  const client = startClient(world, "backend");
  await client.start("one");
  const peer = async () =>
    must((await world.store().peers(Date.now())).find(({ name }) => name === "backend"));
  return { world, client, peer };
}

describe("UserPromptSubmit", { concurrency: 4 }, () => {
  test("with nothing waiting prints nothing and marks the session busy", async (t) => {
    const { client, peer } = await backend(t);
    const { code, stdout, stderr } = await client.prompt();
    assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    assert.equal((await peer()).activity, "busy");
  });

  test("shows a question before the turn, and to the person in one line", async (t) => {
    const { world, client, peer } = await backend(t);
    const id = await askPeer(world, "backend");
    const { output, stderr, stdout } = await client.prompt();
    assert.deepEqual([stderr, stdout.split("\n").length], ["", 2]);
    assert.equal(output?.hookSpecificOutput?.hookEventName, "UserPromptSubmit");
    assert.match(
      output?.hookSpecificOutput?.additionalContext ?? "",
      new RegExp(`^<peer-question mark="\\w+" question_id="${id}"`),
    );
    assert.equal(output?.systemMessage, "claude-mesh: 1 question from frontend");
    assert.equal((await peer()).openQuestions, 1);
  });

  test("shows a question once: not again in the turn after one that ended", async (t) => {
    const { world, client } = await backend(t);
    await askPeer(world, "backend");
    await client.prompt();
    for (let stop = 0; stop < 3; stop++) await client.stop();
    assert.equal((await client.prompt()).stdout, "");
  });

  test("shows it again, marked, after a turn that never went on, and counts it as shown when one did", async (t) => {
    const { world, client } = await backend(t);
    const id = await askPeer(world, "backend");
    await client.prompt();
    assert.match(shownText(await client.prompt()), new RegExp(`^${id} may have been shown before\\.`));
    assert.equal(await stateOf(world, id), "pending");
    assert.match(shownText(await client.stop()), new RegExp(`^Reminder: ${id} `));
    assert.equal(await stateOf(world, id), "shown");
    assert.equal((await client.prompt()).stdout, "");
  });

  test("leaves a line that is typed in the middle of a turn alone: its output waits with the line", async (t) => {
    const { world, client } = await backend(t);
    await client.prompt("one", "go on", { prompt_id: "turn-1" });
    const id = await askPeer(world, "backend");
    assert.equal((await client.prompt("one", "note this", { prompt_id: "turn-1" })).stdout, "");
    assert.match(
      shownText(await client.prompt("one", "next", { prompt_id: "turn-2" })),
      new RegExp(`question_id="${id}"`),
    );
    // It begins no turn, and takes nothing back.
    assert.equal((await client.prompt("one", "and this", { prompt_id: "turn-2" })).stdout, "");
    await client.stop("one", { prompt_id: "turn-2" });
    assert.equal(await stateOf(world, id), "shown");
  });

  test("knows a turn that no prompt began by its name", async (t) => {
    const { world, client } = await backend(t);
    const id = await askPeer(world, "backend");
    await client.prompt("one", "go on", { prompt_id: "turn-1" });
    // As when Esc ends the turn and the client starts one with a line that was typed in it.
    const shown = shownText(await client.stop("one", { prompt_id: "turn-2" }));
    assert.match(shown, new RegExp(`^${id} may have been shown before\\.`));
    assert.equal(await stateOf(world, id), "pending");
  });

  test("says nothing of a subagent's end", async (t) => {
    const { world, client, peer } = await backend(t);
    const id = await askPeer(world, "backend");
    await client.prompt();
    await client.fail("one", { agent_id: "a1" });
    assert.deepEqual([await stateOf(world, id), (await peer()).activity], ["pending", "busy"]);
    await client.stop();
    assert.equal(await stateOf(world, id), "shown");
  });

  test("shows a late answer exactly once", async (t) => {
    const { world, client, peer } = await backend(t);
    await answerLate(world, await peer());
    const shown = await client.prompt();
    assert.match(
      shownText(shown),
      /<peer-reply mark="\w+" question_id="q1" from="api"[^]*8080[^]*<\/peer-reply mark="\w+">/,
    );
    assert.equal(shown.output?.systemMessage, "claude-mesh: 1 answer from api");
    assert.equal((await client.stop()).stdout, "");
    assert.equal((await client.prompt()).stdout, "");
  });

  test("shows an answer again, marked, after a turn that never went on", async (t) => {
    const { world, client, peer } = await backend(t);
    await answerLate(world, await peer());
    await client.prompt();
    assert.match(shownText(await client.prompt()), /^The answer to q1 may have been shown before\.[^]*8080/);
    assert.equal((await client.stop()).stdout, "");
    assert.equal((await client.prompt()).stdout, "");
  });

  test("of a command that is answered at once shows nothing and marks nothing", async (t) => {
    const { world, client, peer } = await backend(t);
    const id = await askPeer(world, "backend");
    for (const prompt of ["/mesh peers", "/mesh:mesh inbox", "/mesh", "/mesh pers", "/mesh ask api"]) {
      assert.equal((await client.prompt("one", prompt)).stdout, "", prompt);
    }
    assert.deepEqual([(await peer()).activity, await stateOf(world, id)], ["idle", "pending"]);
    // A command that needs Claude is a turn like any other, and so is what only looks like one.
    for (const prompt of ["/mesh ask api Which port?", "/meshes peers", "tell me of /mesh peers"]) {
      await askPeer(world, "backend", `Which port? ${prompt}`);
      assert.match(shownText(await client.prompt("one", prompt)), /^<peer-question/, prompt);
      await client.stop();
    }
  });

  test("makes the terminal notify only where the user wants it, and without a peer's word", async (t) => {
    const { world, client } = await backend(t);
    const ask = () => askPeer(world, "backend", `\u001b]9;evil\u0007 ${Math.random()}`);
    await ask();
    assert.equal((await client.prompt()).output?.terminalSequence, undefined);
    await client.stop();
    for (const [TERM, sequence] of [
      ["xterm-256color", "\u001b]9;claude-mesh: 1 question from frontend\u0007\u0007"],
      ["rxvt-unicode", "\u001b]777;notify;claude-mesh;claude-mesh: 1 question from frontend\u0007\u0007"],
    ]) {
      await ask();
      const { output } = await world.hook("inbox-poll", {
        project: "backend",
        hostPid: client.pid,
        env: { MESH_NOTIFY: "1", TERM },
        input: { hook_event_name: "UserPromptSubmit", session_id: "one" },
      });
      assert.equal(output?.terminalSequence, sequence);
      await client.stop();
    }
  });

  test("shows again, marked, what another process took and never wrote", async (t) => {
    const { world, client, peer } = await backend(t);
    const id = await askPeer(world, "backend");
    const { id: me } = await peer();
    // The other process died longer ago than a lease lasts.
    const now = Date.now() - HANDING_LEASE;
    await world.store().take({ peer: me, questions: "new", limit: 10, now });
    assert.match(shownText(await client.prompt()), new RegExp(`^${id} may have been shown before`));
  });

  test("of a session that never registered registers it", async (t) => {
    const world = openWorld(t);
    await startClient(world, "late").prompt("one");
    const [peer] = await world.store().peers(Date.now());
    assert.deepEqual([peer?.name, peer?.sessionId], ["late", "one"]);
  });
});

test("a question in another process's hands is left to it", async (t) => {
  const { world, client, peer } = await backend(t);
  await askPeer(world, "backend");
  await world.store().take({ peer: (await peer()).id, questions: "new", limit: 10, now: Date.now() });
  const db = world.database();
  // The lease does not lapse, however slow the machine is.
  const renewal = setInterval(
    () => db.run("UPDATE questions SET handed_at = :now", { now: Date.now() }),
    500,
  );
  t.after(() => clearInterval(renewal));
  assert.equal((await client.prompt()).stdout, "");
});

describe("Stop", { concurrency: 4 }, () => {
  test("with nothing open prints nothing and marks the session idle", async (t) => {
    const { client, peer } = await backend(t);
    await client.prompt();
    assert.equal((await client.stop()).stdout, "");
    assert.equal((await peer()).activity, "idle");
  });

  test("goes on over a question that came in the turn, reminds twice, and then lets go", async (t) => {
    const { world, client, peer } = await backend(t);
    const id = await askPeer(world, "backend");
    const first = await client.stop();
    assert.equal(first.output?.hookSpecificOutput?.hookEventName, "Stop");
    assert.match(shownText(first), new RegExp(`^<peer-question mark="\\w+" question_id="${id}"`));
    assert.equal((await peer()).activity, "busy");
    for (let reminder = 0; reminder < 2; reminder++) {
      const again = await client.stop();
      assert.match(shownText(again), new RegExp(`^Reminder: ${id} `));
    }
    assert.equal((await client.stop()).stdout, "");
    assert.equal((await peer()).activity, "idle");
  });

  test("reminds twice of what the prompt showed", async (t) => {
    const { world, client } = await backend(t);
    await askPeer(world, "backend");
    await client.prompt();
    const held = [await client.stop(), await client.stop(), await client.stop()].map(
      (stop) => shownText(stop) !== "",
    );
    assert.deepEqual(held, [true, true, false]);
  });

  test("does not go on over a question that was answered in the turn", async (t) => {
    const { world, client } = await backend(t);
    const id = await askPeer(world, "backend");
    await client.prompt();
    await answerAs(world, "backend", id, "8080");
    assert.equal((await client.stop()).stdout, "");
  });

  test("shows no more than a session has attention for, counts the rest, and brings it before any reminder", async (t) => {
    const { world, client } = await backend(t);
    const ids: string[] = [];
    for (let n = 0; n < SHOWN_AT_ONCE + 2; n++) ids.push(await askPeer(world, "backend", `question ${n}.`));
    const first = shownText(await client.stop());
    assert.equal(first.split("</peer-question ").length, SHOWN_AT_ONCE + 1);
    assert.match(first, /\n2 questions more wait: call `poll_inbox`\.$/);
    // Nothing was answered: the first are brought up again, and the rest still waits.
    const again = shownText(await client.stop());
    assert.equal(again.match(/^Reminder: /gm)?.length, SHOWN_AT_ONCE);
    assert.match(again, /\n2 questions more wait: call `poll_inbox`\.$/);
    assert.equal(await stateOf(world, ids.at(-1) ?? ""), "pending");
    for (const id of ids.slice(0, 2)) await answerAs(world, "backend", id, "8080");
    const next = shownText(await client.stop());
    assert.deepEqual(next.match(/^question \d+\.$/gm)?.slice(0, 3), [
      `question ${SHOWN_AT_ONCE}.`,
      `question ${SHOWN_AT_ONCE + 1}.`,
      "question 2.",
    ]);
    assert.equal(next.match(/^Reminder: /gm)?.length, SHOWN_AT_ONCE - 2);
  });
});

/** Another peer has answered what this one asked, and no call waits for it. */
async function answerLate(world: World, me: Peer): Promise<void> {
  const store = world.store();
  const now = Date.now();
  const other = await store.join({ host: "1@1@elsewhere", projectPath: "/work/api", baseName: "api", now });
  const by = { process: "2@1@elsewhere", id: "1" };
  const { id } = must((await store.ask({ asker: me.id, to: ["api"], body: "Which port?", by, now }))[0]);
  await store.dropWaits(by.process);
  await store.reply({ peer: other.id, question: id, answer: "8080", decline: false, now });
}
