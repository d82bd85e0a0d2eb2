import type { HandedQuestion, HandedReply } from "../domain/question.ts";
import { cleanLine } from "./clean.ts";

/** What came for a session, as its person is told of it. */
export interface News {
  readonly questions: readonly HandedQuestion[];
  readonly replies: readonly HandedReply[];
}

/** The sequence by which a terminal is made to notify: rxvt knows 777, most others 9; the bell reaches all. */
export type NotifyBy = "osc 9" | "osc 777";

/** Tells a person that nobody can ask this session, and what to do. */
export function unservedNotice(): string {
  return (
    "claude-mesh: this session's mesh server does not run, so other sessions cannot ask it, and what waits is not shown. " +
    "Reconnect it with /mcp, or restart the session."
  );
}

/** The part of a hook's output that is for the person. */
export interface Notice {
  readonly systemMessage: string;
  readonly terminalSequence?: string;
}

/** Tells a person in one line who asked and who answered, and rings the terminal for a question that is new. */
export function noticeOf(news: News, notify: NotifyBy | undefined): Notice {
  const systemMessage = mailNotice(news);
  const rings = notify !== undefined && news.questions.some(({ showing }) => showing !== "reminder");
  return rings ? { systemMessage, terminalSequence: sequence(systemMessage, notify) } : { systemMessage };
}

/** The longest notice (characters): beside a text that fills its budget, both are within what the host takes. */
const NOTICE_LIMIT = 300;

/** Numbers and names only: no peer's word is in it. */
export function mailNotice({ questions, replies }: News): string {
  const parts: string[] = [];
  if (questions.length > 0) parts.push(counted(questions, "question"));
  if (replies.length > 0) parts.push(counted(replies, "answer"));
  return cleanLine(`claude-mesh: ${parts.join(", ")}`, NOTICE_LIMIT);
}

function counted(mail: readonly { readonly from: string }[], what: string): string {
  const from = [...new Set(mail.map((item) => item.from))].join(", ");
  return `${mail.length} ${what}${mail.length === 1 ? "" : "s"} from ${from}`;
}

function sequence(line: string, by: NotifyBy): string {
  const start = by === "osc 777" ? "\u001b]777;notify;claude-mesh;" : "\u001b]9;";
  return `${start}${line}\u0007\u0007`;
}
