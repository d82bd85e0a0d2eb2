/** How many SQL statements each operation costs: what no noise can explain. */
import { openWorld } from "../../support/world.ts";
import type { Figure } from "../figure.ts";
import { atMost } from "../guard.ts";
import type { Part } from "../part.ts";
import { countHooks } from "../support/hook-statements.ts";
import { countTools } from "../support/tool-statements.ts";

/** So many each may cost. Whoever adds a statement raises its number here, and says why. */
const LIMITS: Readonly<Record<string, number>> = {
  // A look for what is new, and one for what was shown and not answered.
  "`poll_inbox`, nothing waiting": 3,
  // What fits is chosen by the lengths, and each text is read by itself then.
  "`poll_inbox`, one question waiting": 16,
  // Who asks is known by its project; what the recipient has to read is counted, over all who ask.
  "`ask_peer` and a wait that ends at once": 36,
  "a waiting call's look": 8,
  // Questions and answers each by its own index: as one statement it read more rows.
  "an idle session's look": 2,
  "`reply_to_peer`": 8,
  "`await_reply`, the answer being there": 18,
  // Only live peers and a few others are read: four short statements in the place of one over all there ever were.
  "`list_peers`": 5,
  // Every hook first asks which project its client is bound to, for the folder may have been left since.
  // It notes the project and its own name, takes over the mail of the project's absent peers, and counts what waits.
  "SessionStart: `session-start`": 25,
  // Every hook looks once for the server that its session is served by.
  "UserPromptSubmit: `inbox-poll`, nothing waiting": 11,
  // A question that is shown is read, and stays in the hand of the turn, if the session is still there.
  "UserPromptSubmit: `inbox-poll`, one question waiting": 27,
  // Eight are shown, each read by itself.
  "UserPromptSubmit: `inbox-poll`, fifty waiting": 34,
  "Stop: `inbox-poll`, nothing waiting": 12,
  // Here what was pushed in the last minute is counted, too: a turn that goes on by itself has a limit. And what it shows
  // stays in its hand until the turn has gone on.
  "Stop: `inbox-poll`, one question waiting": 30,
  "Stop: `inbox-poll`, fifty waiting": 37,
  // Three of them set the connection up.
  "Stop: `wake` beside a working socket": 6,
  "PreToolUse: `allow`": 0,
  "UserPromptExpansion: `mesh-command`, `/mesh peers`": 10,
  // The late answers of a folder's guests are kept in one place: it looks whether the peer was one. What its turn had in hand
  // waits again.
  "SessionEnd: `session-end`": 16,
};

export const statements: Part = async ({ scope, say }) => {
  say("counting the statements of each operation");
  const found = { ...(await countTools(openWorld(scope))), ...(await countHooks(openWorld(scope))) };
  const unlimited = Object.keys(found).filter((what) => LIMITS[what] === undefined);
  if (unlimited.length > 0) throw new Error(`no limit is written for ${unlimited.join(", ")}`);
  const counts = Object.entries(LIMITS).map(([what, limit]) => ({ what, limit, count: found[what] }));
  return {
    figures: counts.map(
      ({ what, limit, count = Number.NaN }): Figure => ({
        part: "statements",
        what: `statements of ${what}`,
        unit: "count",
        n: 1,
        median: count,
        budgets: [{ of: "median", limit }],
      }),
    ),
    faults: counts.flatMap(({ what, limit, count = Number.NaN }) =>
      atMost(limit, count, `statements of ${what}`),
    ),
  };
};
