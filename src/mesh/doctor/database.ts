import { type Check, failure, ok, warning } from "../../domain/checkup.ts";
import type { Condition, Examination } from "../../store/sqlite/examine.ts";

/** SQLite takes its log over into the file at 1000 pages; so many mean that somebody keeps it from that. */
const LONG_LOG_PAGES = 8_000;

export interface DatabaseFacts {
  readonly examination: Examination;
  /** The command of a process, for people. */
  readonly command: (pid: number) => string | undefined;
}

export function databaseChecks({ examination, command }: DatabaseFacts): Check[] {
  const { condition, known, lock } = examination;
  return [
    stateCheck(condition, known),
    ...(condition.kind === "whole" ? [schemaCheck(condition.schema, known), logCheck(condition)] : []),
    ...(lock === undefined ? [] : [lockCheck(lock, command)]),
  ];
}

function stateCheck(condition: Condition, known: number): Check {
  const name = "contents";
  const elsewhere = "set MESH_DB_PATH to another file";
  switch (condition.kind) {
    case "absent":
      return ok(name, "none yet");
    case "empty":
      return ok(name, "empty; the first session fills it");
    case "whole":
      return ok(name, `whole (quick_check); ${condition.questions} questions, ${condition.journal}`);
    case "damaged":
      return failure(
        name,
        `damaged: ${condition.problem}`,
        "Run `claude-mesh doctor --repair`: it sets the file aside, saves what can be read, and starts anew.",
      );
    case "foreign":
      return failure(
        name,
        "no mesh, but another program's file or one of your own; the mesh leaves it as it is",
        `${elsewhere.charAt(0).toUpperCase()}${elsewhere.slice(1)}, or move this one away.`,
      );
    case "newer":
      return failure(
        name,
        `schema ${condition.schema}; this version knows up to ${known} and may not use it`,
        `Update the plugin and restart the sessions, or ${elsewhere}.`,
      );
    case "closed":
      return failure(
        name,
        `cannot be opened: ${condition.problem}`,
        `Make it a file of your own, or ${elsewhere}.`,
      );
  }
}

function schemaCheck(found: number, known: number): Check {
  if (found === known) return ok("schema", `${found}`);
  if (found > known)
    return ok("schema", `${found}, newer than this version's ${known}, which may still use it`);
  return ok("schema", `${found}; the next session of this version brings it to ${known}`);
}

function logCheck({ wal, journal }: Condition & { kind: "whole" }): Check {
  const name = "log";
  if (journal !== "wal")
    return warning(
      name,
      `journal mode ${journal} instead of wal`,
      "End all sessions, then run `claude-mesh doctor --repair`.",
    );
  const kept = wal.pages - wal.done;
  const found = `${wal.pages} pages, ${kept} of them not in the file yet`;
  if (kept < LONG_LOG_PAGES) return ok(name, found);
  return warning(
    name,
    `${found}: some process has been reading for long and keeps the log`,
    "Find it with `fuser` on the file and end it.",
  );
}

function lockCheck(
  { free, holders }: NonNullable<Examination["lock"]>,
  command: DatabaseFacts["command"],
): Check {
  if (free) return ok("write lock", "free");
  const who = holders.map((pid) => `process ${pid} (${command(pid) ?? "unknown"})`).join(", ");
  return failure(
    "write lock",
    `held by ${who || "another process"}, so nothing can be asked or answered`,
    holders.length > 0
      ? `If it stays so, end process ${holders.join(", ")}; nothing acknowledged is lost.`
      : "If it stays so, find the process with `fuser` on the file, and end it; nothing acknowledged is lost.",
  );
}
