/** What the statements mean by their conditions. `:lapsed` is now less HANDING_LEASE. */

export const OPEN = "state IN ('pending', 'shown')";
/** No process is about to show it: nobody took it, or who did has not confirmed within the lease. */
export const UNTAKEN = "(handing IS NULL OR handed_at <= :lapsed)";
/**
 * Open questions and unseen replies by their own indices. The planner counts nothing: left alone, it reads all that the
 * peer was ever asked, or asked. Where it must find a row by something else, a `+` keeps it from the peer.
 */
export const OPEN_QUESTIONS = "questions INDEXED BY open_questions";
export const UNSEEN_REPLIES = "questions INDEXED BY unseen_replies";
export const UNSEEN_REPLY = "state IN ('answered', 'declined') AND reply_shown_at IS NULL";
export const REPLY_UNTAKEN = "(reply_handing IS NULL OR reply_handed_at <= :lapsed)";
