import { openPause } from "../bell/pause.ts";
import type { Peer } from "../domain/peer.ts";
import { formatId } from "../domain/question.ts";
import { checkBody } from "./body.ts";
import type { LastingMesh } from "./mesh.ts";

export interface ReplyInput {
  readonly question: number;
  readonly answer: string;
  readonly decline: boolean;
}

export interface ReplyResult {
  readonly status: "delivered" | "queued";
  readonly question_id: string;
  readonly to: string;
  readonly hint?: string;
}

/** How long to wait for the word that the asker's turn went on with the answer (milliseconds). */
const CONFIRMED_WITHIN = 1_000;

/** Gives the one answer. `delivered` only where the turn of the asker's waiting call was seen to go on with it. */
export async function replyToPeer(mesh: LastingMesh, me: Peer, input: ReplyInput): Promise<ReplyResult> {
  const answer = input.decline && input.answer.trim() === "" ? "" : checkBody(input.answer, "answer");
  const pause = openPause(mesh.bell, me.id);
  try {
    const { asker, awaited } = await mesh.store.reply({
      peer: me.id,
      question: input.question,
      answer,
      decline: input.decline,
      now: mesh.now(),
    });
    mesh.bell.ring(asker.id);
    // Of an answer that is given again, the asker may have been shown the first.
    const delivered = awaited
      ? await shownInTime(mesh, input.question, pause)
      : (await mesh.store.replyShown(input.question)) === "shown";
    const base = { question_id: formatId(input.question), to: asker.name };
    if (delivered) return { status: "delivered", ...base };
    const hint = awaited
      ? `"${asker.name}" was waiting, but its turn has not gone on with the answer yet. The answer is safe.`
      : `"${asker.name}" is not waiting now; it is shown the answer at its next turn.`;
    return { status: "queued", ...base, hint };
  } finally {
    pause.close();
  }
}

async function shownInTime(
  mesh: LastingMesh,
  question: number,
  pause: { next(atMost: number): Promise<boolean> },
) {
  const deadline = performance.now() + CONFIRMED_WITHIN;
  for (;;) {
    const shown = await mesh.store.replyShown(question);
    if (shown !== undefined) return shown === "shown";
    const left = deadline - performance.now();
    if (left <= 0) return false;
    // Short looks: a lost ring must not turn "delivered" into "queued".
    await pause.next(Math.min(left, 100));
  }
}
