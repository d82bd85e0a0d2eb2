/** What wakes a session: where to look, and no peer's word. */
export const POINTER =
  "claude-mesh: something from another session waits for this one. It should stand beside this message; if it does not, " +
  "call poll_inbox. Answer questions with reply_to_peer.";
