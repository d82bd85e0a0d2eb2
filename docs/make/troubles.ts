/** What a user may read when something is wrong, in the very words of the product, and why. */
import { nodeProblem } from "../../src/config/node-version.ts";
import { MeshError, type Refusal } from "../../src/domain/errors.ts";
import type { PeerStatus } from "../../src/domain/presence.ts";
import { askHint } from "../../src/text/hints.ts";
import { errorText } from "../../src/text/refusal.ts";
import { table } from "./marked.ts";

const DATABASE = "~/.claude-mesh/mesh.db";
const says = (refusal: Refusal) => errorText(new MeshError(refusal));
const hints = (status: string, recipient: PeerStatus, suspended = false) =>
  askHint(
    { status, question_id: "q17", to: "backend" },
    { state: "pending", inHand: false, recipient, suspended, tooLong: false },
    false,
  ) ?? "";

const TROUBLES: readonly (readonly [message: string, why: string])[] = [
  [
    nodeProblem("20.20.0") ?? "",
    "The plugin runs on the `node` of your PATH. Until then `/mcp` shows its server as failed.",
  ],
  [
    says({ kind: "unknown_peer", name: "backned", near: ["backend"], live: ["backend", "infra"] }),
    "A peer is named after its project's folder, unless `.claude-mesh.json` or `/mesh name` gives another name. `/mesh peers` lists them.",
  ],
  [
    says({ kind: "nobody_live" }),
    "A session that was open before the plugin was installed is not in the mesh: start it anew.",
  ],
  [
    hints("queued", "inactive"),
    "Nobody has that project open; or only a run (`claude -p`) has, which takes no questions.",
  ],
  [
    hints("queued", "unreachable"),
    "The server was killed, switched off in `/mcp`, or cannot open the database: reconnect it there, or restart the session.",
  ],
  [
    hints("queued", "unreachable", true),
    "Ctrl-Z stopped it, or a signal did. That is seen on Linux only: elsewhere the question waits its whole time.",
  ],
  [
    hints("timed_out", "active"),
    "Its session is in a long step, has a permission question open, or cannot be woken: see *Limits*.",
  ],
  [
    says({ kind: "not_accepted", to: "backend", asker: "web", accept: ["frontend"] }),
    "The file in `backend`'s project lists the projects that may ask it, each by its own name: see *Settings*.",
  ],
  [
    says({ kind: "too_many", to: "backend", unread: 30, from: "project" }),
    "Each recipient has a limit, whichever of a project's sessions and terminals ask.",
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
    says({ kind: "newer_schema", path: DATABASE, found: 4, known: 3 }),
    "After an update, sessions that run go on with the old version until they are started anew.",
  ],
];

export function troublesTable(): string {
  return table(
    ["you read", "why"],
    TROUBLES.map(([message, why]) => [message, why]),
  );
}
