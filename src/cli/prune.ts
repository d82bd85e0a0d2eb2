import { duration } from "../text/progress.ts";
import { type Command, EXIT, JSON_OPTION } from "./command.ts";
import { parseDuration } from "./duration.ts";
import { withMesh } from "./mesh.ts";

const DEFAULT_AGE = "30d";

export const prune: Command = {
  name: "prune",
  usage: "prune",
  summary: "forget finished questions, and addresses that nobody uses any more",
  details: [
    "Open questions stay, and so do answers that nobody has read yet, and addresses with any mail. What was finished 30 days ago is forgotten without this, too, read or not.",
  ],
  args: { min: 0, max: 0 },
  options: {
    "older-than": {
      value: "duration",
      about: `finished, or last seen, so long ago (default ${DEFAULT_AGE})`,
    },
    "dry-run": { about: "only say how much it would be" },
    json: JSON_OPTION,
  },
  async run(call) {
    const { options, screen } = call;
    const age = parseDuration("older-than", options.value("older-than") ?? DEFAULT_AGE);
    const dryRun = options.has("dry-run");
    const gone = await withMesh(call, async ({ store, now }) => {
      const before = now() - age;
      if (dryRun) return store.forgettable(before);
      const sum = { questions: 0, peers: 0 };
      for (;;) {
        const { questions, peers } = await store.forget(before, "read");
        sum.questions += questions;
        sum.peers += peers;
        if (questions + peers === 0) return sum;
      }
    });
    if (options.has("json")) {
      await screen.printJson({ ...gone, older_than_seconds: age / 1000, dry_run: dryRun });
    } else {
      const count = (n: number, what: string, plural: string) => `${n} ${n === 1 ? what : plural}`;
      const what = `${count(gone.questions, "question", "questions")} and ${count(gone.peers, "address", "addresses")}`;
      await screen.print(
        `${dryRun ? "would forget" : "forgot"} ${what}, finished or last seen ${duration(age)} ago or earlier`,
      );
    }
    return EXIT.done;
  },
};
