import { cleanLine } from "./clean.ts";
import { type Look, paint } from "./paint.ts";
import { wrap } from "./width.ts";

/** A session's own place in the mesh. */
export interface StatusView {
  /** Null where the session has not joined the mesh. */
  readonly name: string | null;
  readonly project_path: string | null;
  readonly branch: string | null;
  readonly wake: string | null;
  /** Questions that it was not shown yet, and those that it was shown and has yet to answer. */
  readonly unseen: number;
  readonly owed: number;
  /** Answers that it was not shown yet. */
  readonly replies: number;
  /** What it asked and was not answered yet. */
  readonly asked: number;
  /** How many others can be asked. */
  readonly others: number;
  readonly database: string;
  readonly version: string;
  /** What the user set, and where: what stands at its default is not among it. */
  readonly settings: readonly { readonly name: string; readonly source: string }[];
}

const WAKES: Readonly<Record<string, string>> = {
  socket: "by its own inbox, when it is idle",
  rewake: "by a waiting hook, when it is idle",
  prompt: "not at all: mail is shown at its next prompt",
  refused: "not at all: crossSessionInbound keeps messages out",
};

const INDENT = 10;

/** A session's own place in the mesh, for its person. */
export function statusText(view: StatusView, look: Look): string {
  const branch = view.branch === null ? "" : `, branch ${view.branch}`;
  const lines: [string, string][] = [
    ["peer", view.name === null ? "this session has not joined the mesh" : view.name],
    ...(view.project_path === null ? [] : [["project", `${view.project_path}${branch}`] as [string, string]]),
    ["others", `${view.others} live`],
    ["waiting", waiting(view)],
    ["woken", WAKES[view.wake ?? ""] ?? "not tried yet"],
    ["database", view.database],
    [
      "settings",
      view.settings.length === 0
        ? "all at their defaults"
        : view.settings.map(({ name, source }) => `${name} (${source})`).join(", "),
    ],
    ["version", view.version],
  ];
  return lines
    .flatMap(([title, text]) =>
      wrap(cleanLine(text, 1_000), look.width - INDENT).map((line, at) => {
        const left = (at === 0 ? title : "").padEnd(INDENT);
        return paint(left, "dim", look.colour) + line;
      }),
    )
    .join("\n");
}

function waiting({ unseen, owed, replies, asked }: StatusView): string {
  const parts = [
    count(unseen, "question", "to be shown"),
    count(owed, "question", "to answer"),
    count(replies, "answer", "to be shown"),
    count(asked, "question", "asked and not answered yet"),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

function count(n: number, what: string, rest: string): string {
  return n === 0 ? "" : `${n} ${what}${n === 1 ? "" : "s"} ${rest}`;
}
