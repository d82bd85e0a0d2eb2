import type { Asked } from "../domain/question.ts";
import { formatId, isOpen } from "../domain/question.ts";

/** Who is waited for, in which state, for how long: `backend was shown q17 · 12 s`. */
export function waitProgress(asked: readonly Asked[], elapsed: number): string {
  const who = asked.filter(({ state }) => isOpen(state)).map(standing);
  return `${who.join(", ")} · ${duration(elapsed)}`;
}

function standing({ to, state, inHand, id }: Asked): string {
  if (state === "shown") return `${to} was shown ${formatId(id)}`;
  return inHand ? `${to} is being shown ${formatId(id)}` : `${to} has not been shown ${formatId(id)} yet`;
}

/** `12 s`, `3 min`, `2 h`, `5 d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
