import type { Peer } from "../domain/peer.ts";
import { formatId, type HandedQuestion, type HandedReply, SHOWN_AT_ONCE } from "../domain/question.ts";
import { cleanText } from "../text/clean.ts";
import { mailText } from "../text/mail.ts";
import type { News } from "../text/notice.ts";
import type { LastingMesh, Outcome } from "./mesh.ts";
import { sweep } from "./presence.ts";

export interface InboxQuestion {
  readonly question_id: string;
  readonly from: string;
  readonly question: string;
  readonly asked_at: string;
  readonly expires_at: string;
  /** Where it was shown before: what this showing is. */
  readonly note?: string;
}

export interface InboxReply {
  readonly question_id: string;
  readonly from: string;
  readonly question: string;
  readonly answer: string;
  readonly answered_at: string;
  readonly declined?: true;
}

export interface Inbox {
  readonly questions: InboxQuestion[];
  readonly replies: InboxReply[];
  /** The same in fences, the heads of it where it is long: a client gives its model the result as an object only. */
  readonly text?: string;
  readonly hint?: string;
}

/** Everything open for a peer: new questions, those shown before and still unanswered, and answers not yet shown. */
export async function pollInbox(mesh: LastingMesh, me: Peer): Promise<Outcome<Inbox>> {
  await sweep(mesh);
  const mail = await mesh.store.take({
    peer: me.id,
    questions: "open",
    limit: SHOWN_AT_ONCE,
    now: mesh.now(),
  });
  if (isEmpty(mail)) return { result: { questions: [], replies: [] } };
  const result: Inbox = {
    questions: mail.questions.map(toInboxQuestion),
    replies: mail.replies.map(toInboxReply),
    text: mailText(mail),
    ...(mail.more > 0 ? { hint: `${mail.more} more wait: answer these, then call poll_inbox again.` } : {}),
  };
  return { result, receipt: mail.receipt };
}

export function isEmpty({ questions, replies }: News): boolean {
  return questions.length + replies.length === 0;
}

export function toInboxQuestion(question: HandedQuestion): InboxQuestion {
  const base = {
    question_id: formatId(question.id),
    from: question.from,
    question: cleanText(question.body),
    asked_at: new Date(question.askedAt).toISOString(),
    expires_at: new Date(question.expiresAt).toISOString(),
  };
  if (question.showing === "first") return base;
  return {
    ...base,
    note: question.showing === "reminder" ? "asked earlier, still unanswered" : "may have been shown before",
  };
}

function toInboxReply(reply: HandedReply): InboxReply {
  return {
    question_id: formatId(reply.id),
    from: reply.from,
    question: cleanText(reply.body),
    answer: cleanText(reply.answer ?? ""),
    answered_at: new Date(reply.answeredAt).toISOString(),
    ...(reply.declined ? { declined: true as const } : {}),
  };
}
