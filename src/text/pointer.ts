/**
 * What wakes a session: where to look, and no peer's word. The time makes each one different: the client drops a
 * message that is the same as the one before it from the same process within 30 s (seen in 2.1.330).
 */
export function pointerText(now: number): string {
  return (
    `claude-mesh, ${new Date(now).toISOString()}: something from another session waits for this one. It should stand ` +
    "beside this message; if it does not, call poll_inbox. Answer questions with reply_to_peer."
  );
}
