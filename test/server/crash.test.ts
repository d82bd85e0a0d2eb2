import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownText } from "../support/hook.ts";
import { answerNext, nextQuestion, seesPeer } from "../support/talk.ts";
import { must, until } from "../support/until.ts";
import { openWorld } from "../support/world.ts";

describe("after kill -9", { concurrency: 4 }, () => {
  test("of the peer that was asked: who waits hears it, and its next session has the question", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
    await seesPeer(frontend, "backend");
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    const { question_id } = await nextQuestion(backend);
    await backend.kill("SIGKILL");
    const left = await asking;
    assert.deepEqual([left.status, left.question_id], ["peer_left", question_id]);
    const next = await world.server("backend");
    await seesPeer(frontend, "backend");
    const resumed = frontend.call("await_reply", { question_id });
    assert.equal((await answerNext(next, "8080")).question_id, question_id);
    assert.equal((await resumed).answer, "8080");
  });

  test("of a whole client: its name is free, though nothing said that it ended", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([
      world.server("frontend"),
      world.server("backend", { hosted: true }),
    ]);
    await seesPeer(frontend, "backend");
    const asking = frontend.call("ask_peer", { to: "backend", question: "Which port?" });
    await nextQuestion(backend);
    await backend.killHost();
    assert.equal((await asking).status, "peer_left");
    assert.equal((await (await world.server("backend")).call("register")).name, "backend");
  });

  test("of the asker: its question is answered and its next session reads the answer", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
    await seesPeer(frontend, "backend");
    frontend.call("ask_peer", { to: "backend", question: "Which port?" }).catch(() => {});
    const { question_id } = await nextQuestion(backend);
    await frontend.kill("SIGKILL");
    assert.equal((await backend.call("reply_to_peer", { question_id, answer: "8080" })).status, "queued");
    const next = await world.server("frontend");
    const [reply] = must((await next.call("poll_inbox")).replies);
    assert.deepEqual([reply?.question_id, reply?.answer], [question_id, "8080"]);
  });

  test("of the asker's server alone: the session's next prompt shows the answer", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([
      world.server("frontend", { hosted: true }),
      world.server("backend"),
    ]);
    await seesPeer(backend, "frontend");
    await seesPeer(frontend, "backend");
    frontend.call("ask_peer", { to: "backend", question: "Which port?" }).catch(() => {});
    const { question_id } = await nextQuestion(backend);
    await frontend.kill("SIGKILL");
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    const input = { hook_event_name: "UserPromptSubmit", session_id: "one", prompt: "go on" };
    const prompt = await world.hook("inbox-poll", { project: "frontend", input, hostPid: frontend.hostPid });
    assert.match(shownText(prompt), new RegExp(`question_id="${question_id}"[^]*8080`));
  });

  test("of the answerer right after its reply: the answer has arrived", async (t) => {
    const world = openWorld(t);
    const [frontend, backend] = await Promise.all([world.server("frontend"), world.server("backend")]);
    await seesPeer(frontend, "backend");
    const { question_id } = await frontend.call("ask_peer", {
      to: "backend",
      question: "Port?",
      timeout_seconds: 1,
    });
    await backend.call("reply_to_peer", { question_id, answer: "8080" });
    await backend.kill("SIGKILL");
    assert.equal((await frontend.call("await_reply", { question_id })).answer, "8080");
  });

  test("of a session that was shown a question: the next is shown it again, marked", async (t) => {
    const world = openWorld(t);
    const frontend = await world.server("frontend");
    const host = world.host();
    const start = { hook_event_name: "SessionStart", session_id: "one", source: "startup" };
    await world.hook("session-start", { project: "backend", input: start, hostPid: host.pid });
    await seesPeer(frontend, "backend");
    frontend.call("ask_peer", { to: "backend", question: "Which port?" }).catch(() => {});
    const shown = await until("the question at a prompt", async () => {
      const input = { hook_event_name: "UserPromptSubmit", session_id: "one" };
      return shownText(await world.hook("inbox-poll", { project: "backend", input, hostPid: host.pid }));
    });
    assert.doesNotMatch(shown, /Reminder/);
    await host.kill("SIGKILL");
    const project = "backend";
    const hostPid = world.host().pid;
    const input = { ...start, session_id: "two" };
    const next = await world.hook("session-start", { project, input, hostPid });
    assert.match(shownText(next), /1 question waits for it; the next turn shows what/);
    const prompt = { ...input, hook_event_name: "UserPromptSubmit" };
    assert.match(
      shownText(await world.hook("inbox-poll", { project, input: prompt, hostPid })),
      /q1 may have been shown before.*<peer-question mark="\w+" question_id="q1"/s,
    );
  });
});
