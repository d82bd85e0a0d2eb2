/** What a user may read when something is wrong, in the very words of the product, and why. */
import { nodeProblem } from "../../src/config/node-version.ts";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import { askHint } from "../../src/text/hints.ts";
import { errorText } from "../../src/text/refusal.ts";
import { table } from "./marked.ts";

const DATABASE = "~/.claude-mesh/mesh.db";
const says = (refusal: Refusal) => errorText(new MeshError(refusal));
const hints = (status: string) => askHint({ status, question_id: "q17", to: "backend" }, "pending") ?? "";

const TROUBLES: readonly (readonly [message: string, why: string])[] = [
  [
    nodeProblem("20.20.0") ?? "",
    "The plugin runs on the `node` of your PATH. Until then `/mcp` shows its server as failed.",
  ],
  [
    says({ kind: "unknown_peer", name: "backned", near: ["backend"], live: ["backend", "infra"] }),
    "A peer bears the name of its project's folder, unless `.claude-mesh.json` gives another. `/mesh peers` lists them.",
  ],
  [
    says({ kind: "nobody_live" }),
    "A session that was open before the plugin was installed is not in the mesh: start it anew.",
  ],
  [hints("queued"), "Nobody has that project open."],
  [
    hints("timed_out"),
    "Its session is in a long step, stands at a permission question, or cannot be woken: see *Limits*.",
  ],
  [
    says({ kind: "not_accepted", to: "backend", asker: "web", accept: ["frontend"] }),
    "The project of `backend` says whom it hears.",
  ],
  [
    says({ kind: "too_many", to: "backend", limit: 30, retryInSeconds: 12 }),
    "A brake on two sessions that talk in circles.",
  ],
  [
    says({
      kind: "bad_config",
      path: "~/shop/api/.claude-mesh.json",
      line: 2,
      problem: "it is not valid JSON",
    }),
    "The file is read at each start of a session. What it means is never guessed.",
  ],
  [
    says({ kind: "no_database", path: DATABASE, fault: "locked", problem: "database is locked" }),
    "Nothing was asked or answered by that call; nothing that was acknowledged is lost.",
  ],
  [
    says({ kind: "newer_schema", path: DATABASE, found: 3, known: 2 }),
    "After an update, sessions that run go on with the old version until they are started anew.",
  ],
];

export function troublesTable(): string {
  return table(
    ["you read", "why"],
    TROUBLES.map(([message, why]) => [message, why]),
  );
}
