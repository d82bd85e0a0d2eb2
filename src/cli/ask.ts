import { readProject } from "../config/project.ts";
import type { Peer } from "../domain/peer.ts";
import { askPeer, type Need } from "../mesh/ask.ts";
import { asTerminal } from "../mesh/guest.ts";
import { confirmShown } from "../mesh/mesh.ts";
import type { AskedResult, SeveralResult } from "../mesh/outcome.ts";
import { BASH_PROGRESS, bashAskRoom, NO_ROOM } from "../mesh/room.ts";
import { askedLine, severalText, unprintedText } from "../text/asked-text.ts";
import { askedText } from "../text/mail.ts";
import { type Asked, answersOf, exitCode, withStates } from "./asked.ts";
import { type Call, type Command, JSON_OPTION, UsageError } from "./command.ts";
import { parseCount, parseDuration } from "./duration.ts";
import { FENCED_DETAIL, type Words, wordsFor } from "./fenced.ts";
import { ownSession, withMesh } from "./mesh.ts";
import { waitReporter } from "./progress.ts";
import type { Screen } from "./screen.ts";
import { interruptible } from "./signals.ts";
import { textOf } from "./stdin.ts";

const RECIPIENTS_LIMIT = 16;
const DEFAULT_TIMEOUT = "5m";
const LONGEST_TIMEOUT = 24 * 3_600_000;

export const ask: Command = {
  name: "ask",
  usage: "ask <peer[,peer…]|'*'> <question>",
  summary: "ask a session, wait for its answer and print it",
  details: [
    "The question may be several words, or - to read it from stdin. Of one peer only the answer goes to stdout, so that a script can use it; everything else goes to stderr. Ctrl-C takes the question back if nobody has read it yet.",
    "In a session's own Bash tool this asks as that session, and a question that comes for the session ends the wait. Elsewhere it asks as a terminal of this folder, named such as shop-terminal: a peer that takes no questions and is gone when the call ends. A late answer is then found by `claude-mesh inbox` in the same folder.",
    FENCED_DETAIL,
    "An answer that is longer than Claude Code passes on from a Bash tool (8,000 characters, several answers less together) is kept, as is one that comes after it moved the command to the background: stderr, or `hint` in JSON, says how to read it.",
  ],
  args: { min: 2, max: Number.POSITIVE_INFINITY },
  options: {
    timeout: {
      value: "duration",
      about: `how long to wait, such as 30s or 10m (default ${DEFAULT_TIMEOUT}, at most 24h)`,
    },
    need: { value: "any|all|number", about: "of several peers, how many answers to wait for (default all)" },
    quiet: { about: "say nothing while waiting, as with --json where no terminal is" },
    json: JSON_OPTION,
  },
  exits: [
    [0, "answered; of several peers, as many as needed"],
    [1, "nothing was asked: the peer is not known, does not take the question, or the mesh cannot be used"],
    [2, "wrong input"],
    [3, "no answer within the timeout, and the question stays open; or, in a Bash tool, one that is kept"],
    [4, "declined"],
    [5, "the peer has no live session; the question waits for its next one"],
    [6, "the peer's session ended before it answered"],
    [7, "somebody asked this session, which must answer first"],
    [8, "taken back, or expired"],
    [130, "ended by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)"],
  ],
  async run(call) {
    const [to = "", ...words] = call.args;
    const recipients = parseRecipients(to);
    const need = parseNeed(call.options.value("need"));
    const timeout = parseTimeout(call.options.value("timeout"));
    const question = await textOf(words);
    const several = recipients === "*" || recipients.length > 1;
    const input = { to: several ? recipients : (recipients[0] ?? ""), question, need };

    return withMesh(call, async (mesh) => {
      const words = await wordsFor(mesh, call);
      const interrupt = interruptible();
      const { bash } = words;
      const own = await ownSession(mesh);
      // Its hooks, which tell of its turns, tell whether one goes on with the Bash tool's result. Which subagent's Bash tool
      // this may be, or that it was started in the background, nothing here tells.
      const inTurn = own !== undefined && own.turn !== null;
      const written = (text: string) => (call.options.has("json") ? JSON.stringify(text) : text);
      let late = false;
      const act = async (me: Peer) => {
        const { result, receipt } = await askPeer(mesh, me, input, {
          timeout,
          maxBlock: Number.POSITIVE_INFINITY,
          inBackground: (waited) => bash !== undefined && waited >= bash.backgroundAfter,
          room(questions, inBackground) {
            if (bash === undefined) return undefined;
            // Of a command that it has ended, the client passes on nothing that is still printed.
            late = inBackground || interrupt.signal.aborted;
            return late ? NO_ROOM : bashAskRoom(bash, questions, written);
          },
          signal: interrupt.signal,
          progress: isQuiet(call) ? () => {} : waitReporter(call.screen, bash && BASH_PROGRESS),
        });
        const asked = await withStates(mesh, result);
        const unprinted = unprintedText(asked, { late, joined: own !== undefined });
        try {
          await tell(call, result, asked, several, words, unprinted);
        } catch (error) {
          if (receipt !== undefined) await mesh.store.release(receipt);
          throw error;
        }
        // The question that interrupted the wait was not shown here, and the answers in hand come with it to the inbox.
        const unread = result.status === "interrupted" || (bash !== undefined && interrupt.signal.aborted);
        if (receipt !== undefined && unread) await mesh.store.release(receipt);
        else if (receipt !== undefined)
          await confirmShown(mesh, inTurn ? { ...receipt, tentative: "result" } : receipt);
        return exitCode(asked, need, interrupt.exitCode());
      };
      try {
        return await (own === undefined ? asTerminal(mesh, readProject(call.env, call.cwd), act) : act(own));
      } finally {
        interrupt.stop();
      }
    });
  },
};

/** A program that reads JSON may get both outputs as one, as from a session's Bash tool. */
function isQuiet({ options, screen }: Call): boolean {
  return options.has("quiet") || (options.has("json") && !screen.interactive);
}

function parseRecipients(text: string): readonly string[] | "*" {
  if (text === "*") return text;
  const names = [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "");
  if (names.length === 0)
    throw new UsageError("ask: whom? Name a peer, several with commas between, or '*' for all");
  if (names.length > RECIPIENTS_LIMIT) throw new UsageError(`ask: at most ${RECIPIENTS_LIMIT} peers at once`);
  return names;
}

function parseNeed(text = "all"): Need {
  return text === "any" || text === "all" ? text : parseCount("need", text, 1, RECIPIENTS_LIMIT);
}

function parseTimeout(text = DEFAULT_TIMEOUT): number {
  const timeout = parseDuration("timeout", text);
  if (timeout > 0 && timeout <= LONGEST_TIMEOUT) return timeout;
  throw new UsageError(`--timeout ${text}: expected more than nothing and at most 24h`);
}

async function tell(
  { options, screen }: Call,
  result: AskedResult | SeveralResult,
  asked: readonly Asked[],
  several: boolean,
  words: Words,
  unprinted: string | undefined,
): Promise<void> {
  screen.progress("");
  const [one] = asked;
  if (options.has("json")) {
    const hint = unprinted === undefined ? {} : { hint: unprinted };
    return screen.printJson(
      words.json({ ...(several ? { status: result.status, answers: asked } : one), ...hint }),
    );
  }
  if (words.bash !== undefined) return tellModel(screen, asked, unprinted);
  if (several) return screen.print(severalText(asked, screen.look()));
  if (one?.status === "answered") return screen.print(one.answer ?? "");
  if (one !== undefined) screen.tell(`claude-mesh: ${askedLine(one)}`);
}

/** Every word of a peer, a refusal's too, goes to stdout in a fence; our own lines about the rest go to stderr. */
async function tellModel(
  screen: Screen,
  asked: readonly Asked[],
  unprinted: string | undefined,
): Promise<void> {
  const answers = answersOf(asked);
  if (answers.length > 0) await screen.print(askedText(answers));
  if (unprinted !== undefined) screen.tell(`claude-mesh: ${unprinted}`);
  for (const { answer, ...one } of asked)
    if (one.status !== "answered" || (answer === undefined && one.unprinted === undefined))
      screen.tell(`claude-mesh: ${askedLine(one)}`);
}
