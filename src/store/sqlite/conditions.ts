import { ANNOUNCE_LIMIT, HANDING_LEASE } from "../../domain/question.ts";

/** What the statements mean by their conditions. `:lapsed` is now less HANDING_LEASE. */

export const OPEN = "state IN ('pending', 'shown')";
/** No conversation that goes on was shown it. */
export const UNSEEN = "(state = 'pending' OR again)";

/** Sets an open question so that its recipient is shown it once more, as one that it has not seen. */
export const AS_NEW = "again = again OR state = 'shown', reminders = 0, announced = 0";

/**
 * No process is about to show it: nobody took it, or who did has not confirmed within the lease. Taken later than one
 * lease from now, it was taken before the clock was set back.
 */
const lapsed = (token: string, at: string) =>
  `(${token} IS NULL OR ${at} NOT BETWEEN :lapsed + 1 AND :lapsed + ${2 * HANDING_LEASE})`;
/** Nor is it in the hand of a turn, which holds it until the turn was seen to go on, or is over. */
export const UNTAKEN = `(NOT tentative AND ${lapsed("handing", "handed_at")})`;
export const REPLY_UNTAKEN = lapsed("reply_handing", "reply_handed_at");

/** Too long for a hook, and announced often enough. */
export const CALLS = `announced < ${ANNOUNCE_LIMIT}`;
export const REPLY_CALLS = `reply_announced < ${ANNOUNCE_LIMIT}`;

/**
 * Open questions and unseen replies by their own indices. The planner counts nothing: left alone, it reads all that the
 * peer was ever asked, or asked. Where it must find a row by something else, a `+` keeps it from the peer.
 */
export const OPEN_QUESTIONS = "questions INDEXED BY open_questions";
export const UNSEEN_REPLIES = "questions INDEXED BY unseen_replies";
export const UNSEEN_REPLY = "state IN ('answered', 'declined') AND reply_shown_at IS NULL";
/** The same, and what may yet be shown again, as its turn was not seen to go on. */
export const NOT_READ = `(${UNSEEN_REPLY} OR reply_tentative)`;
