import type { PeerStatus } from "../domain/presence.ts";
import type { QuestionState } from "../domain/question.ts";

interface AskedOne {
  readonly status: string;
  readonly question_id: string;
  readonly to: string;
}

interface Standing {
  readonly state: QuestionState;
  readonly inHand: boolean;
  readonly recipient: PeerStatus;
  /** That cannot answer because it is suspended. */
  readonly suspended: boolean;
  /** There is an answer, for which the result had no room. */
  readonly tooLong: boolean;
}

/**
 * What to do next after an ask or a wait, for the model that made it; nothing where the answer is there.
 * @param held the recipient has as much as it can read
 */
export function askHint(
  { status, question_id: id, to }: AskedOne,
  { state, inHand, recipient, suspended, tooLong }: Standing,
  held: boolean,
): string | undefined {
  if (tooLong)
    return `There is an answer, too long to stand here too: call await_reply for ${id} to read it.`;
  const later = "the answer then comes to your inbox";
  if (suspended && (status === "queued" || status === "peer_left"))
    return (
      `The session of "${to}" is suspended, so it can read and answer nothing until its user resumes it (\`fg\`). ` +
      `${id} stays open for it; ${later}.`
    );
  switch (status) {
    case "queued":
      return recipient === "unreachable"
        ? `The session of "${to}" lives, but its mesh server does not run, so it can read nothing. It is shown ${id} when ` +
            `that is mended, or the project's next session is; ${later}.`
        : `"${to}" has no live session now. The next session of that project is shown ${id}; ${later}.`;
    case "timed_out":
    case "pending":
      return held
        ? `"${to}" owes as many answers as it can be shown questions, so ${id} waits its turn. Go on working, and call ` +
            "await_reply later; a late answer comes to your inbox."
        : `${state === "shown" ? "Shown, not answered yet" : inHand ? "Being shown, not answered yet" : "Not shown yet"}. ${id} stays open: call await_reply to go on ` +
            "waiting, or go on working; a late answer comes to your inbox.";
    case "peer_left":
      return recipient === "unreachable"
        ? `The session of "${to}" lives, but its mesh server has ended, so it cannot answer. ${id} stays open and is shown ` +
            `when that is mended, or to the project's next session; ${later}.`
        : `The session of "${to}" has ended. ${id} stays open and is shown to the project's next session; ${later}.`;
    case "expired":
      return `${id} was not answered within 24 hours. Ask again if it still matters.`;
    default:
      return undefined;
  }
}

/**
 * @param owed the questions to answer first
 * @param more how many questions wait that are not shown here
 * @param open the questions whose answers are still to come
 */
export function interruptedHint(owed: readonly string[], more: number, open: readonly string[]): string {
  const read = more === 0 ? "" : `${more} more ${more === 1 ? "waits" : "wait"} for you: call poll_inbox. `;
  const first =
    owed.length === 0
      ? ""
      : `Other sessions wait for your answer: reply_to_peer for ${owed.join(", ")} first. `;
  const none =
    owed.length === 0 && more === 0 ? "Whoever is to answer this waits for this session in turn. " : "";
  return `${none}${first}${read}Then call await_reply for ${open.join(", ")}.`;
}
