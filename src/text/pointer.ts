/**
 * What wakes a session: where to look, and no peer's word. The time makes each one different: the client silently drops
 * a message whose text it has had before (seen in 2.1.330).
 */
export function pointerText(now: number): string {
  return (
    `claude-mesh, ${new Date(now).toISOString()}: something from another session waits for this one. It should stand ` +
    "beside this message; if it does not, call poll_inbox. Answer questions with reply_to_peer."
  );
}
