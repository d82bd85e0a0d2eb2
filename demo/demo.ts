/** Two real servers and a real hook, one question and its answer. Exit code 0 only if the answer arrived. */
import { duration, makeScreen } from "./screen.ts";
import { openStage, type Stage } from "./stage.ts";

/** Whatever hangs, the demo does not (milliseconds). */
const LIMIT = 60_000;

const QUESTION =
  "I am building the order form. Which fields does POST /orders take now, and is the currency still a number?";
const ANSWER =
  "Three: sku (string), quantity (integer, 1 to 99) and currency. The currency is an ISO 4217 code such as EUR " +
  "since yesterday, no longer a number.";

async function play({ frontend, backend }: Stage): Promise<void> {
  const screen = makeScreen(process.stdout);
  screen.title("claude-mesh: two sessions, one question");

  let clock = performance.now();
  await Promise.all([frontend.start(), backend.start()]);
  screen.step("Two sessions start, each with a mesh server of its own", performance.now() - clock);
  screen.fact("frontend", `process ${frontend.pid}`);
  screen.fact("backend", `process ${backend.pid}`);

  clock = performance.now();
  const asked = clock;
  const asking = frontend.call("ask_peer", { to: "backend", question: QUESTION, timeout_seconds: 30 });
  const written = backend.openQuestions(1);
  // A refused ask ends the demo at once; the list of peers would never show the question.
  await Promise.race([written, asking.then(() => written)]);
  screen.step("frontend calls ask_peer and waits", performance.now() - clock);
  screen.quote(QUESTION);

  clock = performance.now();
  const shown = await backend.promptHook();
  screen.step("Someone types in backend: its hook shows the question", performance.now() - clock);
  screen.quote(shown);
  const id = /question_id="(q\d+)"/.exec(shown)?.[1];
  if (id === undefined) throw new Error("the hook showed no question");

  clock = performance.now();
  const replying = backend.call("reply_to_peer", { question_id: id, answer: ANSWER });
  const { status, answer } = await asking;
  const arrived = performance.now();
  const reply = await replying;
  screen.step(`backend calls reply_to_peer for ${id}: ${reply.status}`, performance.now() - clock);
  screen.step(`frontend's ask_peer returns: ${status}`, arrived - clock);
  screen.quote(answer ?? "");
  if (status !== "answered" || answer !== ANSWER)
    throw new Error("the answer did not arrive as it was given");
  screen.end(
    `Answered ${duration(arrived - asked)} after the question, ${duration(arrived - clock)} after the reply.`,
  );
}

/** Rejects at the limit, or when somebody stops the demo or closes its output. */
function stopped(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`gave up after ${duration(LIMIT)}`)), LIMIT).unref();
    process.stdout.on("error", reject);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
}

const stage = await openStage();
try {
  await Promise.race([play(stage), stopped()]);
} catch (error) {
  process.stderr.write(
    `\n  The demo failed: ${error instanceof Error ? error.message : String(error)}\n\n${stage.log()}`,
  );
  process.exitCode = 1;
} finally {
  await stage.close();
}
process.exit();
