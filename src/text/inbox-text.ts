import { ago } from "./age.ts";
import type { LogLine } from "./log-table.ts";
import { type Look, paint } from "./paint.ts";
import { indented } from "./question-text.ts";

export interface InboxView {
  /** Whose inbox it is: one peer, or those of a folder. */
  readonly of: readonly string[];
  readonly questions: readonly LogLine[];
  readonly replies: readonly LogLine[];
}

/** What waits for a peer, whole, for a person who looks; nothing of it counts as shown to the session. */
export function inboxText({ of, questions, replies }: InboxView, look: Look): string {
  const whose = of.length === 0 ? "here" : `for ${of.join(", ")}`;
  if (questions.length + replies.length === 0) return `Nothing waits ${whose}.`;
  const several = of.length > 1;
  const blocks = [
    ...questions.map((entry) => {
      const to = several ? ` to ${entry.to}` : "";
      const state = entry.state === "shown" ? "shown, not answered" : "not shown yet";
      const head = `${entry.question_id} from ${entry.from}${to}, ${ago(Date.parse(entry.asked_at), look.now)}, ${state}`;
      return [paint(head, "bold", look.colour), ...indented(entry.question, look)].join("\n");
    }),
    ...replies.map((entry) => replyBlock(entry, several, look)),
  ];
  return blocks.join("\n\n");
}

/** @param inTool a session's Bash tool prints it, which passes on only so much */
export function moreAnswersText(more: number, inTool: boolean): string | undefined {
  if (more === 0) return undefined;
  const wait = more === 1 ? "1 more answer waits" : `${more} more answers wait`;
  return inTool
    ? `${wait}, for which there is no room here: run this again or, where an answer is too long for this tool, \`claude-mesh inbox\` in this folder from a terminal outside of this session.`
    : `${wait}: run this again.`;
}

function replyBlock(entry: LogLine, several: boolean, look: Look): string {
  const verb = entry.state === "declined" ? "declined by" : "answered by";
  const when = entry.closed_at === null ? "" : `, ${ago(Date.parse(entry.closed_at), look.now)}`;
  const head = `${entry.question_id}${several ? ` of ${entry.from}` : ""} ${verb} ${entry.to}${when}`;
  const question = indented(entry.question, look).map((line) => paint(line, "dim", look.colour));
  return [paint(head, "bold", look.colour), ...question, ...indented(entry.answer ?? "", look)].join("\n");
}
