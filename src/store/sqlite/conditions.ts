/** What the statements mean by their conditions. `:lapsed` is now less HANDING_LEASE. */

export const OPEN = "state IN ('pending', 'shown')";
/** No process is about to show it: nobody took it, or who did has not confirmed within the lease. */
export const UNTAKEN = "(handing IS NULL OR handed_at <= :lapsed)";
export const UNSEEN_REPLY = "state IN ('answered', 'declined') AND reply_shown_at IS NULL";
export const REPLY_UNTAKEN = "(reply_handing IS NULL OR reply_handed_at <= :lapsed)";
