import type { Peer } from "../domain/peer.ts";
import { formatId, type HandedQuestion, type HandedReply, SHOWN_AT_ONCE } from "../domain/question.ts";
import { cleanText } from "../text/clean.ts";
import { mailText } from "../text/mail.ts";
import type { News } from "../text/notice.ts";
import type { LastingMesh, Outcome } from "./mesh.ts";
import { sweep } from "./presence.ts";
import { RESULT_ROOM } from "./room.ts";

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
  /** How many more wait, which did not fit. */
  readonly more?: number;
}

/** What is new for a peer, as far as it fits; where nothing is, the questions that it was shown and has not answered. */
export async function pollInbox(mesh: LastingMesh, me: Peer): Promise<Outcome<Inbox>> {
  await sweep(mesh);
  const take = (questions: "new" | "open") =>
    mesh.store.take({
      peer: me.id,
      questions,
      limit: SHOWN_AT_ONCE,
      room: RESULT_ROOM,
      now: mesh.now(),
    });
  // What was shown before comes again only where nothing new does: a reader who goes on till the end reads nothing twice.
  const fresh = await take("new");
  const mail = isEmpty(fresh) ? { ...(await take("open")), more: fresh.more } : fresh;
  const more = mail.more.questions + mail.more.replies;
  if (isEmpty(mail)) return { result: { questions: [], replies: [], ...(more > 0 ? { more } : {}) } };
  const result: Inbox = {
    questions: mail.questions.map(toInboxQuestion),
    replies: mail.replies.map(toInboxReply),
    ...(more > 0 ? { more } : {}),
  };
  return { result, text: mailText(mail), receipt: mail.receipt };
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
