import { type DatabaseFault, MeshError, type Refusal } from "../domain/errors.ts";
import { cleanLine } from "./clean.ts";
import { setupErrorText, setupText } from "./setup.ts";

/** So many faults of one input are named, and so many names of a list: a refusal is read by somebody who pays for it. */
const PROBLEMS_NAMED = 5;
const NAMES_LISTED = 16;

/** What went wrong and what to do next, for the model or the person who reads it. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case "unknown_peer":
      return unknownPeerText(refusal);
    case "invalid_name":
      return (
        `${quoted(refusal.name)} is not a valid name: 1 to 63 of a-z, 0-9, dot, dash and underscore, starting ` +
        `with a letter or digit. For example: ${refusal.suggestion}.`
      );
    case "name_taken":
      return `The name "${refusal.name}" is held by the live session in ${cleanLine(refusal.projectPath, 200)}. Choose another.`;
    case "name_reserved":
      return (
        `"${refusal.name}" is the own name of the project ${cleanLine(refusal.projectPath, 200)}, so no session of another ` +
        "project can bear it. Choose another."
      );
    case "self_ask":
      return `"${refusal.name}" is this session itself. Call list_peers to see the others.`;
    case "nobody_live":
      return "No other session is live that takes questions from this one. Start one in the other project first.";
    case "not_accepted":
      if (refusal.accept.length === 0)
        return `"${refusal.to}" takes no questions: it only asks. Nothing was sent. Call list_peers to see the others.`;
      return (
        `"${refusal.to}" takes questions only from ${listed(refusal.accept, "and")}, as its .claude-mesh.json says, and this ` +
        `session's project is "${refusal.asker}". Nothing was sent; ask the user.`
      );
    case "empty":
      return `The ${refusal.what} is empty. Write it out and call again.`;
    case "too_large":
      return (
        `The ${refusal.what} has ${refusal.bytes} bytes, the limit is ${refusal.limit}. Nothing was sent. Put the long part ` +
        "into a file that the other session can read, and send its path."
      );
    case "too_many":
      return (
        `${refusal.unread} questions ${refusal.from === "project" ? "of this project" : "of all sessions"} wait for ` +
        `"${refusal.to}" that it has not read; this one was not sent. Wait until it has read some, or put several into one.`
      );
    case "too_deep":
      return (
        `This ask would hang on ${refusal.limit} others that wait, each asked while answering the one before; it was not sent. ` +
        `Answer ${list(refusal.owed, "and")} with what you know, by reply_to_peer.`
      );
    case "owes_answer":
      return (
        `You cannot wait now: the session you would wait for is itself waiting for your answer to ${list(refusal.owed, "and")}. ` +
        "Answer with reply_to_peer (poll_inbox shows what you have not seen), then call await_reply."
      );
    case "unknown_question":
      return `There is no question ${cleanLine(refusal.id, 40)}. Call poll_inbox to see what is open for you.`;
    case "not_yours":
      return refusal.role === "recipient"
        ? `${refusal.id} was asked of another session; only that one can answer it. Call poll_inbox to see what is open for you.`
        : `${refusal.id} was asked by another session; only that one can wait for its answer.`;
    case "already_closed":
      return closedText(refusal.id, refusal.state);
    case "bad_input": {
      const { tool, problems } = refusal;
      const named = problems.slice(0, PROBLEMS_NAMED).map((problem) => cleanLine(problem, 300));
      const more = problems.length > PROBLEMS_NAMED ? `; and ${problems.length - PROBLEMS_NAMED} more` : "";
      return `${tool}: ${named.join("; ")}${more}. Nothing was done.`;
    }
    case "no_database":
      return setupText(refusal, REMEDIES[refusal.fault]) + askedText(refusal.asked ?? []);
    case "bad_config":
    case "newer_schema":
      return setupText(refusal);
  }
}

/** What the call had done before the database failed. */
function askedText(ids: readonly string[]): string {
  if (ids.length === 0) return "";
  const all = list(ids, "and");
  return ` ${all} had been asked by then and ${ids.length === 1 ? "stays" : "stay"} open: do not ask again, call await_reply with ${all}.`;
}

/** Who else there is, where nobody bears that name. */
export function unknownPeerText({
  name,
  near,
  live,
  now,
}: Extract<Refusal, { kind: "unknown_peer" }>): string {
  if (now !== undefined) return `${quoted(name)} is now "${now}". Use that name.`;
  const meant = near.length > 0 ? ` Did you mean ${list(near, "or")}?` : "";
  const there =
    live.length > 0
      ? ` Live peers: ${listed(live)}.`
      : " No other session is live; start one in the other project first.";
  return `There is no peer named ${quoted(name)}.${meant}${there}`;
}
/** Each after "To mend it, …" and before the other way out, a file elsewhere. */
const REMEDIES: Readonly<Record<DatabaseFault, string>> = {
  full: "make room on its disk and try again (what was acknowledged is safe)",
  locked: "try again; if it stays so, end the process that holds it (`fuser FILE` names it)",
  damaged: "run `claude-mesh doctor --repair`, which sets the file aside (it was left as it is)",
  foreign: "move it away if the mesh is to have its place (it was left as it is)",
  no_access:
    "make the file and its folder writable (`chmod u+rw`), or their file system (`mount -o remount,rw`)",
  owner: "`chown` it to the user who runs this session if it is to be theirs",
  writers: "run `chmod go-w` on it",
  link: "remove the link or let it lead to a folder of your own",
  wrong_kind: "move it away",
  silent: "mount that file system anew",
  exchanged: "try again: the next call opens the file that is there now",
  no_driver:
    "unset MESH_DRIVER, so that the driver that works is taken (`claude-mesh doctor` says what this one lacks)",
  unusable:
    "check that the file and its folder are yours and can be written, and that their disk is sound and has room",
};

function closedText(id: string, state: string): string {
  switch (state) {
    case "answered":
      return `${id} has been answered already, with something else; the first answer stands and this one was not sent.`;
    case "declined":
      return `${id} has been declined already; this answer was not sent.`;
    case "cancelled":
      return `${id} was taken back by its asker; there is nothing to answer.`;
    default:
      return `${id} has expired unanswered; if the answer still matters, ask_peer its asker.`;
  }
}

/** What the caller wrote, in quotes that it cannot end. */
function quoted(text: string): string {
  return `"${cleanLine(text, 80).replaceAll('"', "'")}"`;
}

/** The first names of a list, and how many there are besides. */
function listed(names: readonly string[], word?: "and"): string {
  const more = names.length - NAMES_LISTED;
  if (more <= 0) return word === undefined ? names.join(", ") : list(names, word);
  return `${names.slice(0, NAMES_LISTED).join(", ")} and ${more} more`;
}

function list(items: readonly string[], word: "or" | "and"): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

/** One line for stderr or a tool's error, whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof MeshError ? refusalText(error.refusal) : setupErrorText(error);
}
