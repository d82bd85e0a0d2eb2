/** How many SQL statements each operation costs: what no noise can explain. */
import { openWorld } from "../../support/world.ts";
import type { Figure } from "../figure.ts";
import { atMost } from "../guard.ts";
import type { Part } from "../part.ts";
import { countHooks } from "../support/hook-statements.ts";
import { countTools } from "../support/tool-statements.ts";

/** So many each may cost. Whoever adds a statement raises its number here, and says why. */
const LIMITS: Readonly<Record<string, number>> = {
  "`poll_inbox`, nothing waiting": 2,
  "`poll_inbox`, one question waiting": 15,
  "`ask_peer` and a wait that ends at once": 34,
  "a waiting call's look": 8,
  "an idle session's look": 1,
  "`reply_to_peer`": 7,
  "`await_reply`, the answer being there": 18,
  "`list_peers`": 2,
  "SessionStart: `session-start`": 14,
  "UserPromptSubmit: `inbox-poll`, nothing waiting": 10,
  "UserPromptSubmit: `inbox-poll`, one question waiting": 23,
  "UserPromptSubmit: `inbox-poll`, fifty waiting": 24,
  "Stop: `inbox-poll`, nothing waiting": 11,
  "Stop: `inbox-poll`, one question waiting": 23,
  "Stop: `inbox-poll`, fifty waiting": 24,
  "Stop: `wake` beside a working socket": 5,
  "PreToolUse: `allow`": 0,
  "UserPromptExpansion: `mesh-command`, `/mesh peers`": 6,
  "SessionEnd: `session-end`": 11,
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
