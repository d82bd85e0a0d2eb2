import { readProject } from "../config/project.ts";
import type { Peer } from "../domain/peer.ts";
import { formatId, parseId } from "../domain/question.ts";
import { peersHere } from "../mesh/here.ts";
import type { LastingMesh } from "../mesh/mesh.ts";
import { replyToPeer } from "../mesh/reply.ts";
import { type Call, type Command, EXIT, JSON_OPTION, UsageError } from "./command.ts";
import { ownSession, withMesh } from "./mesh.ts";
import { textOf } from "./stdin.ts";

export const reply: Command = {
  name: "reply",
  usage: "reply <id> <answer>",
  summary: "answer a question, or decline it",
  details: [
    "The answer may be several words, or - to read it from stdin. The first answer counts; `claude-mesh inbox` lists what is open.",
    "In a session's own Bash tool this answers as that session. Elsewhere it answers for the sessions of the project that this folder belongs to: run it there. The asker is not told that a person typed it.",
  ],
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    decline: { about: "decline; what stands in place of the answer is the reason, and may be left out" },
    json: JSON_OPTION,
  },
  async run(call) {
    const [given = "", ...words] = call.args;
    const question = parseId(given);
    if (question === undefined) throw new UsageError(`reply: ${given} is no question id; one looks like q17`);
    const decline = call.options.has("decline");
    if (words.length === 0 && !decline)
      throw new UsageError(`reply: the answer is missing; usage: claude-mesh ${reply.usage}`);
    const answer = await textOf(words);
    return withMesh(call, async (mesh) => {
      const me = (await ownSession(mesh)) ?? (await askedHere(mesh, call, question));
      if (me === undefined) {
        call.screen.tell(
          `claude-mesh: no session of this folder was asked ${formatId(question)}. Run it in the project's folder; \`claude-mesh log\` says who was asked.`,
        );
        return EXIT.failed;
      }
      const { status, question_id, to } = await replyToPeer(mesh, me, { question, answer, decline });
      if (call.options.has("json")) await call.screen.printJson({ status, question_id, from: me.name, to });
      else await call.screen.print(outcome(status, question_id, me.name, to));
      return EXIT.done;
    });
  },
};

function outcome(status: string, id: string, from: string, to: string): string {
  return status === "delivered"
    ? `${id}: ${to} has the answer of ${from}.`
    : `${id}: ${to} is not waiting now; it is shown the answer of ${from} later.`;
}

/** The session of this folder that was asked, whether the question is still open or not. */
async function askedHere(mesh: LastingMesh, { env, cwd }: Call, question: number): Promise<Peer | undefined> {
  const { sessions } = await peersHere(mesh, readProject(env, cwd).path);
  const [entry] = await mesh.store.history({ ids: [question], limit: 1, now: mesh.now() });
  const candidates = sessions.filter(({ name }) => name === entry?.to);
  for (const peer of candidates) {
    const { questions } = await mesh.store.outstanding([peer.id], mesh.now());
    if (questions.some(({ id }) => id === question)) return peer;
  }
  // Closed: the refusal that says so is told to any of them.
  return candidates[0];
}
