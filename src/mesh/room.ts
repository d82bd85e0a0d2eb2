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

/** The result of a tool's call. */
export function toolRoom(_questions: number, inBackground: boolean): Room {
  return inBackground ? BACKGROUND_ROOM : RESULT_ROOM;
}

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

/** What a session's Bash tool passes on of a command's output. */
export interface BashTool {
  readonly characters: number;
  /** A command that runs longer is moved to the background: its output goes into a file, and the session is told which (milliseconds). */
  readonly backgroundAfter: number;
}

/**
 * Measured with both versions, stdout and stderr together: where the command succeeds, 30,000 bytes are passed on, and more
 * is replaced by a preview; where it fails, 10,000 characters with the line of its exit code, and more loses its middle. A
 * lower BASH_MAX_OUTPUT_LENGTH lowers both, a higher one raises neither. No character takes more than three bytes. The
 * time is two minutes; the call may set another, of which the command cannot know.
 */
export function bashTool(env: NodeJS.ProcessEnv): BashTool {
  const bytes = Number.parseInt(env["BASH_MAX_OUTPUT_LENGTH"] ?? "", 10) || 30_000;
  const timeout = Number.parseInt(env["BASH_DEFAULT_TIMEOUT_MS"] ?? "", 10) || 120_000;
  return {
    characters: Math.min(10_000, Math.floor(bytes / 3)),
    backgroundAfter: Math.max(0, timeout - START_TIME),
  };
}

/** The client's clock starts before the shell and the command do (milliseconds). */
const START_TIME = 2_000;

/** So much of it `claude-mesh` may use to tell of a wait (characters). */
export const BASH_PROGRESS = 500;

/** That, the sentence about the fences, one about what did not fit, and the line of the exit code. */
const BASH_FRAME = 1_500;
/** A question of `ask` with names as long as can be: a fence or a line, or an entry of JSON. */
const BASH_ASKED = 400;
/** The names in an answer of `inbox`, as long as can be, and times. */
const BASH_NAMES = 300;

/** What `claude-mesh ask` prints there of the answers to so many questions, each as it is `written`. */
export function bashAskRoom(tool: BashTool, questions: number, written: (text: string) => string): Room {
  return {
    characters: tool.characters - BASH_FRAME - questions * BASH_ASKED,
    cost: (_, answer = "") => written(cleanText(answer)).length,
  };
}

/** What `claude-mesh inbox` prints there beside `taken` characters, each answer with its question as they are `written`. */
export function bashInboxRoom(
  tool: BashTool,
  taken: number,
  written: (question: string, answer: string) => string,
): Room {
  return {
    characters: tool.characters - BASH_FRAME - taken,
    cost: (question, answer = "") => written(cleanText(question), cleanText(answer)).length + BASH_NAMES,
  };
}

/** What a command that was moved to the background prints: nobody has to read it. */
export const NO_ROOM: Room = { characters: 0, cost: () => 1 };
