import { setTimeout as sleep } from "node:timers/promises";
import { lookAround, type Overview } from "../mesh/overview.ts";
import { errorText } from "../text/refusal.ts";
import { watchFrame } from "../text/watch-frame.ts";
import { type Call, type Command, EXIT, UsageError } from "./command.ts";
import { FENCED_DETAIL, type Words, wordsFor } from "./fenced.ts";
import { enterFullScreen, type Key } from "./full-screen.ts";
import { withMesh } from "./mesh.ts";
import { type Interrupt, interruptible } from "./signals.ts";

/** How often it looks into the mesh (milliseconds). */
const LOOK_EVERY = 1_000;

export const watch: Command = {
  name: "watch",
  usage: "watch",
  summary: "a live screen: peers, questions in flight, the last answers",
  details: [
    "Keys: ↑ ↓ or j k, page up and down, home and end to scroll; q or Ctrl-C to quit.",
    FENCED_DETAIL,
  ],
  args: { min: 0, max: 0 },
  options: { json: { about: "no screen: one JSON object a line, whenever something changed" } },
  async run(call) {
    if (!call.options.has("json") && !process.stdout.isTTY)
      throw new UsageError(
        "watch: the output is no terminal; `claude-mesh log --follow` or --json serve there",
      );
    return withMesh(call, async (mesh) => {
      const look = () => lookAround(mesh);
      // What keeps the mesh from working is told before the screen is taken.
      const first = await look();
      const interrupt = interruptible();
      if (call.options.has("json"))
        await printChanges(call, first, look, interrupt, await wordsFor(mesh, call));
      else await show(call, first, look, interrupt);
      return interrupt.exitCode() ?? EXIT.done;
    });
  },
};

async function printChanges(
  { screen }: Call,
  first: Overview,
  look: () => Promise<Overview>,
  { signal }: Interrupt,
  words: Words,
): Promise<void> {
  let last = "";
  for (let view = first; ; view = await look()) {
    const line = JSON.stringify(view);
    if (line !== last) await screen.print(JSON.stringify(words.json(view)));
    last = line;
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
}

async function show(
  { screen }: Call,
  first: Overview,
  look: () => Promise<Overview>,
  { signal }: Interrupt,
): Promise<void> {
  let view = first;
  let trouble = "";
  let offset = 0;
  const quit = new AbortController();
  const ended = AbortSignal.any([signal, quit.signal]);

  const draw = () => {
    const { width, height } = full.size();
    const frame = watchFrame(view, { ...screen.look(), width }, height, offset, trouble);
    offset = frame.offset;
    full.draw(frame.lines);
  };
  const onKey = (key: Key) => {
    if (key === "quit") return quit.abort();
    offset += stepOf(key, full.size().height - 2);
    draw();
  };
  const full = enterFullScreen(onKey, draw);
  try {
    while (!ended.aborted) {
      draw();
      await sleep(LOOK_EVERY, undefined, { signal: ended }).catch(() => {});
      if (ended.aborted) return;
      try {
        view = await look();
        trouble = "";
      } catch (error) {
        // It may pass, as a locked file does; what was last seen stays on the screen.
        trouble = errorText(error);
      }
    }
  } finally {
    full.leave();
  }
}

function stepOf(key: Key, page: number): number {
  switch (key) {
    case "up":
      return -1;
    case "down":
      return 1;
    case "page-up":
      return -page;
    case "page-down":
      return page;
    case "top":
      return Number.NEGATIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
