import { heldName, type Peer, type WakeRung } from "../../domain/peer.ts";
import type { Serving } from "../../domain/presence.ts";
import { QUESTION_STATES, type QuestionState } from "../../domain/question.ts";
import type { Row } from "./driver.ts";

/** A guest stands for the project of its folder. */
const FOLDER = `CASE WHEN project_path LIKE 'terminal:%' THEN substr(project_path, 10)
  WHEN project_path LIKE 'run:%' THEN substr(project_path, 5) ELSE project_path END`;

export const SERVING_COLUMNS =
  "host, server, server_due_at, (host IN suspended OR server IN suspended) AS suspended";

export const PEER_COLUMNS = `peers.id, name, project_path, (SELECT own_name FROM projects WHERE path = ${FOLDER}) AS own_name,
  session_id, ${SERVING_COLUMNS}, peers.folder, summary, title, accept, activity, activity_at, active_at, turn, permission_mode,
  wake, waker, last_seen_at`;

const RUNGS: readonly WakeRung[] = ["socket", "rewake", "prompt", "refused"];

export function toPeer(row: Row): Peer {
  return {
    id: Number(row["id"]),
    name: nameIn(row),
    projectPath: String(row["project_path"]),
    ownName: row["own_name"] == null ? null : heldName(String(row["own_name"])),
    sessionId: text(row["session_id"]),
    ...toServing(row),
    folder: text(row["folder"]),
    summary: text(row["summary"]),
    title: text(row["title"]),
    accept: nameList(row["accept"]),
    activity: row["activity"] === "busy" ? "busy" : "idle",
    activityAt: Number(row["activity_at"]),
    activeAt: Number(row["active_at"]),
    turn: text(row["turn"]),
    permissionMode: text(row["permission_mode"]),
    wake: RUNGS.find((rung) => rung === row["wake"]) ?? null,
    waker: text(row["waker"]),
    lastSeenAt: Number(row["last_seen_at"]),
  };
}

export function toServing(row: Row): Serving {
  return {
    host: text(row["host"]),
    server: text(row["server"]),
    serverDueAt: time(row["server_due_at"]),
    suspended: row["suspended"] === 1,
  };
}

/** The file may have been written by other hands than ours. */
export function nameIn(row: Row): string {
  return heldName(String(row["name"]));
}

function nameList(value: Row[string] | undefined): string[] | null {
  const names: unknown = JSON.parse(text(value) ?? "null");
  return Array.isArray(names) ? names.map((one) => heldName(String(one))) : null;
}

export function text(value: Row[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

export function time(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

export function state(value: Row[string] | undefined): QuestionState {
  const found = QUESTION_STATES.find((known) => known === value);
  if (found === undefined) throw new Error(`unknown question state ${String(value)}`);
  return found;
}

/** A list of ids as one parameter, for `IN (SELECT value FROM json_each(:ids))`. */
export function idList(ids: readonly number[]): string {
  return JSON.stringify(ids);
}
