import { readProject } from "../config/project.ts";
import { formatId, type Receipt } from "../domain/question.ts";
import { peersHere } from "../mesh/here.ts";
import { knownName } from "../mesh/log.ts";
import { type InboxLook, lookIntoInbox } from "../mesh/look.ts";
import { confirmShown, type LastingMesh } from "../mesh/mesh.ts";
import { inboxText } from "../text/inbox-text.ts";
import { type Call, type Command, EXIT, JSON_OPTION } from "./command.ts";
import { FENCED_DETAIL, wordsFor } from "./fenced.ts";
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
  ],
  args: { min: 0, max: 1 },
  options: { json: JSON_OPTION },
  async run(call) {
    await withMesh(call, async (mesh) => {
      const { look, receipts } = await openInbox(mesh, call);
      try {
        const words = await wordsFor(mesh, call);
        const empty = look.questions.length + look.replies.length === 0;
        const view = inboxText(look, call.screen.look());
        await (call.options.has("json")
          ? call.screen.printJson(words.json(look))
          : call.screen.print(empty ? view : words.text(view)));
      } catch (error) {
        for (const receipt of receipts) await mesh.store.release(receipt);
        throw error;
      }
      for (const receipt of receipts) await confirmShown(mesh, receipt);
    });
    return EXIT.done;
  },
};

interface Opened {
  readonly look: InboxLook;
  /** What counts as read once it was printed. */
  readonly receipts: readonly Receipt[];
}

async function openInbox(mesh: LastingMesh, { args: [given], env, cwd }: Call): Promise<Opened> {
  if (given !== undefined) {
    const name = await knownName(mesh, given);
    // The live one, or the one that was seen last.
    const peer = (await mesh.store.peers(mesh.now())).find((one) => one.name === name);
    return { look: await lookIntoInbox(mesh, peer === undefined ? [] : [peer]), receipts: [] };
  }
  const own = await ownSession(mesh);
  if (own !== undefined) return { look: await lookIntoInbox(mesh, [own]), receipts: [] };

  const { sessions, terminals } = await peersHere(mesh, readProject(env, cwd).path);
  const receipts: Receipt[] = [];
  const read = new Set<string>();
  for (const { id } of terminals) {
    const mail = await mesh.store.take({
      peer: id,
      questions: "new",
      limit: ANSWERS_AT_ONCE,
      now: mesh.now(),
    });
    receipts.push(mail.receipt);
    for (const reply of mail.replies) read.add(formatId(reply.id));
  }
  const look = await lookIntoInbox(mesh, [...sessions, ...terminals]);
  const names = new Set(terminals.map(({ name }) => name));
  // What another command of this folder waits for, or prints at this moment, is not ours.
  const replies = look.replies.filter((reply) => !names.has(reply.from) || read.has(reply.question_id));
  return { look: { ...look, replies }, receipts };
}
