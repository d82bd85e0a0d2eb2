import { followLog } from "../mesh/follow.ts";
import { readLog } from "../mesh/log.ts";
import { type LogLine, logTable } from "../text/log-table.ts";
import { questionText, stepLine } from "../text/question-text.ts";
import { type Call, type Command, EXIT, UsageError } from "./command.ts";
import { parseCount, parseMoment } from "./duration.ts";
import { FENCED_DETAIL, type Words, wordsFor } from "./fenced.ts";
import { withMesh } from "./mesh.ts";
import { interruptible } from "./signals.ts";

const DEFAULT_LIMIT = 20;

export const log: Command = {
  name: "log",
  usage: "log [peer]",
  summary: "what was asked, and what became of it; the newest last",
  details: [
    "It shows what all sessions of this machine asked each other, and marks nothing as shown.",
    FENCED_DETAIL,
  ],
  args: { min: 0, max: 1 },
  options: {
    peer: { value: "name", about: "only what this peer asked or was asked" },
    since: { value: "time", about: "only what was asked or closed since: 2h, 3d, or 2026-01-31T12:00" },
    limit: { value: "number", about: `at most so many questions, the newest (default ${DEFAULT_LIMIT})` },
    full: { about: "questions and answers whole" },
    follow: { about: "go on, and print each question again when its state changes, until Ctrl-C" },
    json: { about: "print JSON; with --follow, one object a line" },
  },
  async run(call) {
    const { args, options, screen } = call;
    const peer = options.value("peer") ?? args[0];
    if (options.has("peer") && args[0] !== undefined && args[0] !== peer)
      throw new UsageError(`log: one peer only, not ${args[0]} and ${peer}`);
    const since = options.value("since");
    const request = {
      peer,
      since: since === undefined ? undefined : parseMoment("since", since, Date.now()),
      limit: parseCount("limit", options.value("limit") ?? String(DEFAULT_LIMIT), 1, 100_000),
    };
    return withMesh(call, async (mesh) => {
      const words = await wordsFor(mesh, call);
      if (!options.has("follow")) {
        const entries = await readLog(mesh, request);
        if (options.has("json")) await screen.printJson(words.json({ questions: entries }));
        else await screen.print(render(call, entries, words));
        return EXIT.done;
      }
      const interrupt = interruptible();
      for await (const entries of followLog(mesh, request, interrupt.signal)) {
        if (options.has("json"))
          for (const entry of entries) await screen.print(JSON.stringify(words.json(entry)));
        else for (const entry of entries) await screen.print(step(call, entry, words));
      }
      // Ctrl-C is how it is meant to end.
      return EXIT.done;
    });
  },
};

function render({ options, screen }: Call, entries: readonly LogLine[], words: Words): string {
  const look = screen.look();
  if (entries.length === 0) return logTable(entries, look);
  if (!options.has("full")) return words.text(logTable(entries, look));
  return words.text(entries.map((entry) => questionText(entry, look)).join("\n\n"));
}

/** Each step is a showing of its own: who wrote a later one may have read the mark of an earlier one. */
function step({ options, screen }: Call, entry: LogLine, words: Words): string {
  const look = screen.look();
  return options.has("full")
    ? `${words.text(questionText(entry, look))}\n`
    : words.text(stepLine(entry, look));
}
