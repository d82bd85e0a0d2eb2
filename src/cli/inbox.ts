import { readProject } from "../config/project.ts";
import type { Receipt } from "../domain/question.ts";
import { peersHere } from "../mesh/here.ts";
import { toLogEntry } from "../mesh/log.ts";
import { type InboxLook, lookIntoInbox } from "../mesh/look.ts";
import { confirmShown, type LastingMesh } from "../mesh/mesh.ts";
import { peerNamed } from "../mesh/peers.ts";
import { bashInboxRoom } from "../mesh/room.ts";
import { inboxText, moreAnswersText } from "../text/inbox-text.ts";
import { type Call, type Command, EXIT, JSON_OPTION } from "./command.ts";
import { FENCED_DETAIL, type Words, wordsFor } from "./fenced.ts";
import { ownSession, withMesh } from "./mesh.ts";

/** So many late answers of a terminal in one look. */
const ANSWERS_AT_ONCE = 100;

export const inbox: Command = {
  name: "inbox",
  usage: "inbox [peer]",
  summary: "what waits for a peer: questions to answer, and late answers",
  details: [
    "Without a name: the inbox of the session whose Bash tool runs this; elsewhere those of the project that this folder belongs to, and the late answers to what was asked from a terminal in this very folder.",
    "To look marks nothing: what waits for a session is still shown to it in full. Only a terminal's own late answers count as read once they were printed here.",
    FENCED_DETAIL,
    "In the Bash tool of a session that has not joined the mesh, only as many of these answers are printed, and count as read, as Claude Code passes on whole; stderr, or `hint` in JSON, says how many more wait.",
  ],
  args: { min: 0, max: 1 },
  options: { json: JSON_OPTION },
  async run(call) {
    await withMesh(call, async (mesh) => {
      const words = await wordsFor(mesh, call);
      const print = printer(call, words);
      const { look, receipts, more } = await openInbox(mesh, call, words, print);
      try {
        const hint = moreAnswersText(more, words.bash !== undefined);
        const empty = look.questions.length + look.replies.length === 0;
        if (call.options.has("json"))
          await call.screen.printJson(words.json(hint === undefined ? look : { ...look, hint }));
        else {
          if (!empty) await call.screen.print(print(look));
          else if (hint === undefined) await call.screen.print(inboxText(look, call.screen.look()));
          if (hint !== undefined) call.screen.tell(`claude-mesh: ${hint}`);
        }
      } catch (error) {
        for (const receipt of receipts) await mesh.store.release(receipt);
        throw error;
      }
      for (const receipt of receipts) await confirmShown(mesh, receipt);
    });
    return EXIT.done;
  },
};

/** An inbox as it is printed. */
type Print = (look: InboxLook) => string;

function printer({ options, screen }: Call, words: Words): Print {
  return options.has("json")
    ? (look) => JSON.stringify(words.json(look))
    : (look) => words.text(inboxText(look, screen.look()));
}

interface Opened {
  readonly look: InboxLook;
  /** What counts as read once it was printed. */
  readonly receipts: readonly Receipt[];
  /** How many of a terminal's late answers are not printed. */
  readonly more: number;
}

async function openInbox(
  mesh: LastingMesh,
  { args: [given], env, cwd }: Call,
  { bash }: Words,
  print: Print,
): Promise<Opened> {
  if (given !== undefined) {
    return { look: await lookIntoInbox(mesh, [await peerNamed(mesh, given)]), receipts: [], more: 0 };
  }
  const own = await ownSession(mesh);
  if (own !== undefined) return { look: await lookIntoInbox(mesh, [own]), receipts: [], more: 0 };

  const { sessions, terminals } = await peersHere(mesh, readProject(env, cwd).path);
  const names = new Set(terminals.map(({ name }) => name));
  const found = await lookIntoInbox(mesh, [...sessions, ...terminals]);
  // What another command of this folder waits for, or prints at this moment, is not ours.
  let look = { ...found, replies: found.replies.filter(({ from }) => !names.has(from)) };
  let more = 0;
  const receipts: Receipt[] = [];
  for (const { id } of terminals) {
    const taken = print(look).length;
    const mail = await mesh.store.take({
      peer: id,
      questions: "none",
      limit: ANSWERS_AT_ONCE,
      room: bash && bashInboxRoom(bash, taken, (question, answer) => print(oneAnswer(question, answer))),
      now: mesh.now(),
    });
    receipts.push(mail.receipt);
    more += mail.more.replies;
    const ids = mail.replies.map((reply) => reply.id);
    const entries = await mesh.store.history({ ids, limit: ANSWERS_AT_ONCE, now: mesh.now() });
    look = { ...look, replies: [...look.replies, ...entries.reverse().map(toLogEntry)] };
  }
  return { look, receipts, more };
}

/** An inbox that has one answer, without names and times. */
function oneAnswer(question: string, answer: string): InboxLook {
  const times = { asked_at: "", shown_at: "", closed_at: "", answer_shown_at: "" };
  const entry = { question_id: "", from: "", to: "", state: "answered" as const, question, answer, ...times };
  return { of: [], questions: [], replies: [entry] };
}
