/**
 * How much text each way to a model takes whole. Measured with 2.1.332 and 2.1.197: a tool's result that is longer than its
 * listing says, and 500,000 characters at most, is replaced by a preview; so is a hook's string over 10,000; and what a call
 * brings that the client moved to the background is cut at 100,000, after an escape of its own.
 */
import type { Room } from "../domain/question.ts";
import { cleanText, oneLine } from "../text/clean.ts";
import { FRAME_ROOM, HOOK_BUDGET, QUOTED, questionRoom, replyRoom } from "../text/mail.ts";

/** A peer's text of at most so many characters stands by itself, too, for programs; a longer one only in its fence. */
export const PLAIN_LIMIT = 1_000;

/** A fence with its attributes and notes, and a hint (characters, as JSON and escaped). */
const ITEM_FRAME = 2_000;

/** A text as JSON: in its fence, and a short one by itself, too. */
function json(text: string): string {
  const clean = cleanText(text);
  return JSON.stringify(clean).repeat(clean.length > PLAIN_LIMIT ? 1 : 2);
}

/** Above its answer, a long question stands in one short line. */
function itemOf(question: string, answer?: string): string {
  if (answer === undefined) return json(question);
  const clean = cleanText(question);
  return json(clean.length > PLAIN_LIMIT ? oneLine(clean, QUOTED) : clean) + json(answer);
}

/**
 * A tool's result. Far below the host's limit: its reader pays for each character, and the longest question or answer
 * fits once, whatever it is made of.
 */
export const RESULT_ROOM: Room = {
  characters: 200_000,
  cost: (question, answer) => itemOf(question, answer).length + ITEM_FRAME,
};

/** The result of a call that was moved to the background. */
export const BACKGROUND_ROOM: Room = {
  characters: 90_000,
  cost: (question, answer) => escapedLength(itemOf(question, answer)) + ITEM_FRAME,
};

/** In XML, `<`, `>` and `&` take up to five characters. */
function escapedLength(text: string): number {
  return text.length + 3 * (text.match(/[<>]/g)?.length ?? 0) + 4 * (text.match(/&/g)?.length ?? 0);
}

/** What a hook prints for the model, beside `taken` characters that stand there already. */
export function hookRoom(taken = 0): Room {
  return {
    characters: HOOK_BUDGET - FRAME_ROOM - taken,
    cost: (question, answer) => (answer === undefined ? questionRoom(question) : replyRoom(question, answer)),
  };
}
